// A text of the reader's own, prepared for a run.
import { cleanText, countTokens, encode, tokensOf } from "./text.mjs";
import { BATCH_SIZE, USUAL } from "./trainer_settings.mjs";

const LONGEST = 50000; // characters that are used
const TESTABLE = 3000; // characters: of fewer, a tenth says little
const OFFSETS = (BATCH_SIZE + 1) * USUAL.numSteps; // a minibatch, at the largest
export const LEAST = Math.ceil((10 * OFFSETS) / 9); // as a tenth is held out
export const grouped = (number) => number.toLocaleString("en");

// Throw an error if the cleaning has left out most letters of a text.
function checkScript(raw, text) {
  const { length } = raw.match(/\p{L}/gu) ?? [];
  const kept = text.replaceAll(" ", "").length;
  if (2 * kept >= length) return;
  throw new Error(
    `Of the ${grouped(length)} letters of your text, the cleaning ` +
      `keeps ${grouped(kept)}: only a to z. Tick the box to keep them all.`,
  );
}

// Throw an error if a minibatch may not fit.
function checkLength(count) {
  if (count >= LEAST) return;
  throw new Error(
    `Of your text, the network reads ${grouped(count)} characters, and it ` +
      `needs ${grouped(LEAST)}. Take a longer one.`,
  );
}

// Return the symbols to train on, those held out, the vocabulary of both, and
// sentences on how much is used, of a text that is cleaned. Throw an error for
// readers if the text cannot be used.
export function prepareText(raw, lettersOnly = true) {
  const cleaned = cleanText(raw, lettersOnly);
  if (lettersOnly) checkScript(raw, cleaned);
  const text = [...cleaned];
  checkLength(text.length);
  const read = text.slice(0, LONGEST);
  const vocabulary = countTokens(read);
  const { symbols } = encode(read, tokensOf(vocabulary));
  const last = symbols.splice(Math.floor((9 * read.length) / 10));
  const isLong = read.length >= TESTABLE;
  const rest = text.length - read.length;
  const [count, after] = [symbols, last].map(({ length }) => grouped(length));
  const left = rest > 0 ? ` The remaining ${grouped(rest)} are left out.` : "";
  const used = `It trains on the first ${count} characters of this text.${left}`;
  const tested = isLong
    ? `It is tested on the ${after} after them.`
    : `The ${after} after them are too few to test it on.`;
  return { symbols, heldOut: isLong ? last : [], vocabulary, used, tested };
}
