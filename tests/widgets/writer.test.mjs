import assert from "node:assert/strict";
import test from "node:test";
import { compile } from "../../widgets/src/arithmetic.mjs";
import { normalise } from "../../widgets/src/decoding.mjs";
import { Generator } from "../../widgets/src/random.mjs";
import { describeReading, quote } from "../../widgets/src/reading.mjs";
import { drawParams } from "../../widgets/src/training.mjs";
import { Writer } from "../../widgets/src/writer.mjs";

const [V, h] = [5, 3];
const params = drawParams(V, h, new Generator(0), 1, 1);
const IDLE = { tau: 1, k: 0, p: 1 };
const VOCABULARY = { " ": 4, e: 3, o: 2, t: 1 };
const makeWriter = () => new Writer({ vocabulary: VOCABULARY, h, params }, compile());

const read = (text) => makeWriter().begin(text, 0).cells;

test("a piece of text has the surprise of all that is read for it", () => {
  const plain = read("too e").map(({ bits }) => bits);
  assert.equal(plain[0], null); // nothing precedes it
  const cells = read("Tœ, Ö.");
  assert.equal(cells.map(({ text }) => text).join(""), "Tœ, Ö.");
  const [, ligature, separator, last, end] = cells;
  const spelt = read("toe o").map(({ bits }) => bits);
  assert.equal(ligature.bits, spelt[1] + spelt[2]);
  assert.deepEqual([separator.bits, last.bits], spelt.slice(3));
  assert.deepEqual(end, { text: ".", isRead: false, bits: null });
});

test("what is written has the surprise that the network gives it alone", () => {
  const writer = makeWriter();
  writer.begin("to", 7);
  const logP = normalise(writer.logits);
  const { text, bits } = writer.write({ ...IDLE, tau: 3, k: 2 });
  const symbol = writer.tokens.indexOf(text);
  assert.equal(bits, -logP[symbol] / Math.LN2);
  assert.equal(writer.append("e").text, "e");
});

test("no character of a reader can turn or break a message", () => {
  const message = describeReading("a", ["\u202e", "\u05d0"], "a");
  assert.ok(message.includes("\u2068“U+202E”\u2069, \u2068“\u05d0”\u2069."));
  assert.equal(quote("one\ntwo"), "\u2068“one↵two”\u2069");
});
