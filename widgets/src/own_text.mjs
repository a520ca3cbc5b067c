// A text of the reader's own, prepared for a run.
import { cleanText, countTokens, encode, tokensOf } from "./text.mjs";

const LONGEST = 50000; // characters that are used
const TESTABLE = 3000; // characters: of fewer, a tenth says little
export const grouped = (number) => number.toLocaleString("en");

// Throw an error if the cleaning has left out most letters of a text.
function checkScript(raw, text) {
  const { length } = raw.match(/\p{L}/gu) ?? [];
  const kept = text.replaceAll(" ", "").length;
  if (2 * kept >= length) return;
  throw new Error(
    `Of the ${grouped(length)} letters of your text, the cleaning ` +
      `keeps ${grouped(kept)}: only a to z. Take a text in the Latin alphabet.`,
  );
}

// Throw an error if a minibatch may not fit.
function checkLength(count, { batchSize, numSteps }) {
  const training = (batchSize + 1) * numSteps; // at the largest offset
  const needed = Math.ceil((10 * training) / 9);
  if (count >= needed) return;
  throw new Error(
    `Your text has ${grouped(count)} characters from a to z and spaces, and ` +
      `needs ${grouped(needed)}. Take a longer one.`,
  );
}

// Return the symbols to train on, those held out, the vocabulary of both, and
// how much is used. Throw an error for readers if the text cannot be used.
export function prepareText(raw, sizes) {
  const text = cleanText(raw);
  checkScript(raw, text);
  checkLength(text.length, sizes);
  const used = text.slice(0, LONGEST);
  const vocabulary = countTokens(used);
  const { symbols } = encode(used, tokensOf(vocabulary));
  const last = symbols.splice(Math.floor((9 * used.length) / 10));
  const isLong = used.length >= TESTABLE;
  const rest = text.length - used.length;
  const [count, after] = [symbols, last].map(({ length }) => grouped(length));
  const how =
    `It trains on the first ${count} characters of this text` +
    (isLong
      ? `, and is tested on the ${after} after them.`
      : `. The ${after} after them are too few to test it on.`) +
    (rest > 0 ? ` The remaining ${grouped(rest)} are left out.` : "");
  return { symbols, heldOut: isLong ? last : [], vocabulary, used: how };
}
