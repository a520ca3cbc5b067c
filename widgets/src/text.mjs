// The text that a reader types or brings, cleaned and counted as in corpus.py.

// White space by which messages and lists show it, and its name.
export const BLANKS = {
  " ": { sign: "␣", name: "space" },
  "\t": { sign: "⇥", name: "tab" },
  "\n": { sign: "↵", name: "line break" },
};

const LIGATURES = { œ: "oe", æ: "ae", ß: "ss", ø: "o" };
// White space, as Python has it, and the punctuation of prose.
const SEPARATORS = /(?:(?!\ufeff)[\s\x1c-\x1f\x85.,;:!?\x27\x22()[\]_*‘’“”«»—–-])+/gu;
// White space, and what in it breaks a line, as Python has both.
const BLANK = /(?:(?!\ufeff)[\s\x1c-\x1f\x85])+/gu;
const BREAK = /\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]/g;
const ENDS = /^[ \n]+|[ \n]+$/g;
// A run of white space, or a character with all that may be joined with it.
const PIECES = RegExp(`${BLANK.source}|[^][\\p{M}\u1160-\u11ff]*`, "gu");
const LAST = "\u0345"; // the accent that comes last when accents are ordered

// Whether a character is an accent of the one before. Only accents are put in
// order when a text is normalised.
function isCombining(character) {
  const pair = LAST + character;
  return character === LAST || pair.normalize("NFD") !== pair;
}

// Return what a character without accents is read as.
function readPlain(character) {
  if (character < "\x80") return character; // nearly all are, and need no look
  return isCombining(character) ? "" : (LIGATURES[character] ?? character);
}

// Return the characters of a text in lower case and plain, and "" for accents.
function fold(text) {
  return [...text.normalize("NFKD").toLowerCase()].map(readPlain);
}

// Return a text folded, with a space for what separates words.
function separate(text) {
  return fold(text).join("").replace(SEPARATORS, " ");
}

// Whether tokens are of a folded text: none has a capital, an accent, or a comma.
export function isFolded(tokens) {
  return tokens.slice(1).every((token) => separate(token) === token);
}

// Return a text in which a run of white space is a space, one line break, or two.
function shortenBlanks(text) {
  return text.normalize("NFC").replace(BLANK, (run) => {
    const breaks = run.match(BREAK)?.length ?? 0;
    return [" ", "\n", "\n\n"][Math.min(breaks, 2)];
  });
}

// Return the text as the network reads it, empty if nothing is left.
export function cleanPrefix(text, lettersOnly = true) {
  return (lettersOnly ? separate : shortenBlanks)(text).replace(ENDS, "");
}

// Return the text as the corpus is cleaned: words of the letters a to z, unless
// the rest is kept, too.
export function cleanText(text, lettersOnly = true) {
  const read = cleanPrefix(text, lettersOnly);
  return lettersOnly ? read.replace(/[^a-z]+/g, " ").trim() : read;
}

// Return pieces of a text in order, as typed and as read by cleanPrefix. A
// character that adds nothing to what is read belongs to the piece before.
export function alignPrefix(text, lettersOnly = true) {
  if (!lettersOnly) return alignBlanks(text);
  // Folded as a whole, because a letter may depend on others. Only accents
  // change their places, so that counting tells what comes from where.
  const folded = fold(text).values();
  const pieces = [{ typed: "", read: "" }];
  for (const typed of text) {
    const own = fold(typed).map(() => folded.next().value);
    const plain = own.join("").replace(SEPARATORS, " ");
    const last = pieces.at(-1);
    const read = /^$| $/.test(last.read) ? plain.replace(/^ /, "") : plain;
    if (read === "") last.typed += typed;
    else pieces.push({ typed, read });
  }
  pieces.at(-1).read = pieces.at(-1).read.replace(/ $/, "");
  return pieces.filter(({ typed }) => typed !== "");
}

// Return the same pieces of a text of which only white space is shortened.
function alignBlanks(text) {
  const typed = text.match(PIECES) ?? [];
  const pieces = typed.map((piece) => ({ typed: piece, read: shortenBlanks(piece) }));
  const ends = [...pieces.slice(0, 1), ...pieces.slice(-1)];
  for (const end of ends) end.read = end.read.replace(ENDS, "");
  return pieces;
}

// Return the symbols of a text, and the characters that have none. These are
// read as <unk>, whose symbol is 0.
export function encode(text, tokens) {
  const characters = [...text];
  const numbers = new Map(tokens.map((token, i) => [token, i]));
  const symbols = characters.map((c) => numbers.get(c) ?? 0);
  const unknown = new Set(characters.filter((c) => !numbers.has(c)));
  return { symbols, unknown: [...unknown] };
}

// Return how often each token occurs, in the order of tokensOf.
export function countTokens(tokens) {
  const counts = {};
  for (const token of tokens) counts[token] = (counts[token] ?? 0) + 1;
  const [, ...sorted] = tokensOf(counts);
  return Object.fromEntries(sorted.map((token) => [token, counts[token]]));
}

// Return the tokens by their symbols, as Vocab has them: the most frequent come
// first, ties in the order of code points.
export function tokensOf(vocabulary) {
  const pairs = Object.entries(vocabulary).sort(
    ([a, m], [b, n]) => n - m || a.codePointAt(0) - b.codePointAt(0),
  );
  return ["<unk>", ...pairs.map(([token]) => token)];
}
