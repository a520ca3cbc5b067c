import assert from "node:assert/strict";
import test from "node:test";
import {
  alignPrefix, countTokens, encode, tokensOf,
} from "../../widgets/src/text.mjs";

const TOKENS = ["<unk>", " ", "e", "t"];

test("a text is encoded, and each unknown character is listed once", () => {
  const { symbols, unknown } = encode("t👍e👍7", TOKENS);
  assert.deepEqual(symbols, [3, 0, 2, 0, 0]);
  assert.deepEqual(unknown, ["👍", "7"]); // in their order
  assert.deepEqual(encode("", TOKENS), { symbols: [], unknown: [] });
});

// Return what each piece of a text is read as, by how it was typed.
function align(text) {
  return alignPrefix(text).map(({ typed, read }) => `${typed}>${read}`);
}

test("a text is aligned with what is read of it, letter by letter", () => {
  assert.deepEqual(align("Œu, e\u0323\u0301T"), [
    ...["Œ>oe", "u>u", ", > ", "e\u0323\u0301>e", "T>t"],
  ]);
  assert.deepEqual(align(" (a) "), [" (>", "a>a", ") >"]);
  assert.deepEqual(align("ΑΣ.Α ΑΣ"), [
    ...["Α>α", "Σ>σ", ".> ", "Α>α", " > ", "Α>α", "Σ>ς"], // by its place
  ]);
  assert.deepEqual(align("…a ½👍"), ["…>", "a>a", " > ", "½>1⁄2", "👍>👍"]);
  assert.deepEqual(align(" \u0301,"), [" \u0301,>"]);
  assert.deepEqual(align(""), []);
});

test("a text with all its characters is aligned with what is read of it", () => {
  const pieces = alignPrefix(" Où\r\n\n\ne\u0301 👍🏽.\t", false);
  const read = pieces.map((piece) => piece.read);
  assert.deepEqual(read, ["", "O", "ù", "\n\n", "é", " ", "👍", "🏽", ".", ""]);
  assert.deepEqual(alignPrefix(" ", false), [{ typed: " ", read: "" }]);
  assert.deepEqual(alignPrefix("", false), []);
});

test("tokens are counted and numbered by how frequent they are", () => {
  const counts = { "\u{1f44d}": 1, "\uffee": 1, 7: 2, a: 3 };
  const sorted = ["a", "7", "\uffee", "\u{1f44d}"]; // by code points
  assert.deepEqual(tokensOf(counts), ["<unk>", ...sorted]);
  assert.deepEqual(countTokens("7\u{1f44d}aa7a\uffee"), counts);
  assert.deepEqual(Object.keys(countTokens("b a cc")), [" ", "c", "a", "b"]);
});
