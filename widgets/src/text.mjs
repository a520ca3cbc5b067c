// The text that a reader types, cleaned as corpus.py cleans a prefix.

const LIGATURES = { œ: "oe", æ: "ae", ß: "ss", ø: "o" };
// White space, as Python has it, and the punctuation of prose.
const SEPARATORS = /(?:(?!\ufeff)[\s\x1c-\x1f\x85.,;:!?\x27\x22()[\]_*‘’“”«»—–-])+/gu;
const LAST = "\u0345"; // the accent that comes last when accents are ordered

// Whether a character is an accent of the one before. Only accents are put in
// order when a text is normalised.
function isCombining(character) {
  const pair = LAST + character;
  return character === LAST || pair.normalize("NFD") !== pair;
}

// Convert to lower case, and replace accented letters by plain ones.
function fold(text) {
  const characters = [...text.normalize("NFKD").toLowerCase()]
    .map((character) => LIGATURES[character] ?? character)
    .filter((character) => !isCombining(character));
  return characters.join("");
}

// Return the text as the network reads it, empty if nothing is left.
export function cleanPrefix(text) {
  return fold(text).replace(SEPARATORS, " ").replace(/^ | $/g, "");
}

// Return the symbols of a text, and the characters that have none. These are
// read as <unk>, whose symbol is 0.
export function encode(text, tokens) {
  const characters = [...text];
  const numbers = new Map(tokens.map((token, i) => [token, i]));
  const unknown = characters.filter((c) => !numbers.has(c));
  return {
    symbols: characters.map((c) => numbers.get(c) ?? 0),
    unknown: [...new Set(unknown)].sort(),
  };
}
