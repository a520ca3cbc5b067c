import assert from "node:assert/strict";
import test from "node:test";
import { cleanPrefix, encode, fold } from "../../../charrnn/browser/text.mjs";

const CLEANED = {
  capitals: ["The TIME Machine", "the time machine"],
  accents: ["naïve Ångström façade", "naive angstrom facade"],
  "accents of their own": ["e\u0301 a\u0323\u0302", "e a"],
  "the accent that is ordered last": ["\u1fb3 \u0391\u0345", "α α"],
  ligatures: [
    "Œuvre æon Straße ﬁn Smørbrød",
    "oeuvre aeon strasse fin smorbrod",
  ],
  "a Turkish capital": ["İstanbul", "istanbul"],
  "a final sigma": ["ΣΑΣ", "σας"],
  digits: ["in 1895, at 7", "in 1895 at 7"],
  emoji: ["hi 👍🏽 ❤\ufe0f 👩\u200d🔬!", "hi 👍🏽 ❤\ufe0f 👩\u200d🔬"],
  "wide letters": ["ＡＢ①", "ab1"],
  "quotes and dashes": ["‘Time’—“space”–‘yes’", "time space yes"],
  "an ellipsis": ["wait…now", "wait now"],
  "runs of white space": ["  a\t\r\n \u00a0\u2003b\u0085c\u001cd ", "a b c d"],
  "a mark of the order of bytes": ["\ufeffa", "\ufeffa"],
  nothing: ["", ""],
  "nothing but punctuation": [" —!?\n_", ""],
};

for (const [what, [text, cleaned]] of Object.entries(CLEANED)) {
  test(`what is typed is cleaned: ${what}`, () => {
    assert.equal(cleanPrefix(text), cleaned);
  });
}

test("what is clean stays as it is", () => {
  for (const [, cleaned] of Object.values(CLEANED)) {
    assert.equal(cleanPrefix(cleaned), cleaned);
  }
});

test("folding leaves punctuation and white space", () => {
  assert.equal(fold("É, è!\n"), "e, e!\n");
});

test("a long text is cleaned whole", () => {
  assert.equal(cleanPrefix("Ab, ".repeat(10000)).length, 3 * 10000 - 1);
});

const TOKENS = ["<unk>", " ", "e", "t"];

test("a text is read as the symbols of its characters", () => {
  const { symbols, unknown } = encode("tee t", TOKENS);
  assert.deepEqual([symbols, unknown], [[3, 2, 2, 1, 3], []]);
});

test("what has no symbol is read as <unk>, and named once", () => {
  const { symbols, unknown } = encode("t👍e👍7<unk>", TOKENS);
  assert.deepEqual(symbols, [3, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(unknown, ["7", "<", ">", "k", "n", "u", "👍"]);
});

test("an empty text has no symbols", () => {
  assert.deepEqual(encode("", TOKENS), { symbols: [], unknown: [] });
});
