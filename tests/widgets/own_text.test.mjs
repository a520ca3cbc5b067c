import assert from "node:assert/strict";
import test from "node:test";
import { drawStarts } from "../../widgets/src/minibatches.mjs";
import { LEAST, prepareText } from "../../widgets/src/own_text.mjs";
import { tokensOf } from "../../widgets/src/text.mjs";

const SIZES = { batchSize: 32, numSteps: 35 };

test("a network trains on nine tenths of a text, and not on the last", () => {
  const prepared = prepareText("Où est-ce?\n".repeat(310));
  const whole = Array(310).fill("ou est ce").join(" ");
  const { symbols, heldOut, vocabulary } = prepared;
  const tokens = tokensOf(vocabulary);
  const read = [symbols, heldOut].map((all) => all.map((i) => tokens[i]).join(""));
  assert.deepEqual(read, [whole.slice(0, 2789), whole.slice(2789)]);
  assert.equal(vocabulary.e, 620); // of the whole
  assert.ok(prepared.used.includes("2,789") && prepared.tested.includes("310"));
});

test("a text of few characters is trained on, and not tested on", () => {
  const { symbols, heldOut } = prepareText("a b ".repeat(325));
  assert.deepEqual([symbols.length, heldOut.length], [1169, 0]);
});

test("of a long text the beginning is used, and the rest is told", () => {
  const prepared = prepareText("Ab, ".repeat(50000));
  const { symbols, heldOut, used, tested } = prepared;
  assert.deepEqual([symbols.length, heldOut.length], [45000, 5000]);
  assert.deepEqual(prepared.vocabulary, { a: 16667, b: 16667, " ": 16666 });
  for (const part of ["45,000", "5,000", "99,999"]) {
    assert.ok((used + tested).includes(part), part);
  }
});

test("a text may keep its capitals, its line breaks, and its script", () => {
  const { symbols, vocabulary } = prepareText("Война 👍,\r\n".repeat(200), false);
  assert.equal(symbols.length, 1619); // of 1,799
  assert.deepEqual([vocabulary.В, vocabulary["👍"], vocabulary["\n"]], [200, 200, 199]);
});

test("a text that fills no minibatch is rejected, with what it lacks", () => {
  const { symbols } = prepareText("a".repeat(LEAST));
  for (const isRandom of [true, false]) {
    const last = { below: (n) => n - 1, permutation: (n) => Array(n).fill(0) };
    const starts = drawStarts(symbols.length, { ...SIZES, isRandom }, last);
    assert.equal(starts.length, 1);
  }
  const short = "a".repeat(LEAST - 1);
  assert.throws(() => prepareText(short), /1,283.*1,284/);
  assert.throws(() => prepareText(""), /\b0\b.*1,284/);
});

test("a text in another script is rejected, one with accents is not", () => {
  const foreign = "Война и мир, War ".repeat(200); // 9 letters and 3
  assert.throws(() => prepareText(foreign), /\b2,400\b.*\b600\b/);
  assert.doesNotThrow(() => prepareText("Œuvré ß ".repeat(200)));
  assert.doesNotThrow(() => prepareText("War мир ".repeat(400)));
});
