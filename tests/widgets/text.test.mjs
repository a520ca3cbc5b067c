import assert from "node:assert/strict";
import test from "node:test";
import { encode } from "../../widgets/src/text.mjs";

const TOKENS = ["<unk>", " ", "e", "t"];

test("a text is encoded, and each unknown character is listed once", () => {
  const { symbols, unknown } = encode("t👍e👍7", TOKENS);
  assert.deepEqual(symbols, [3, 0, 2, 0, 0]);
  assert.deepEqual(unknown, ["7", "👍"]);
  assert.deepEqual(encode("", TOKENS), { symbols: [], unknown: [] });
});
