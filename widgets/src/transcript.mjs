// The text of the reader, on which the network writes on: the characters in
// their colours, and under each a bar for its surprise.
import { Mirror } from "./mirror.mjs";
import { quote } from "./reading.mjs";
import { BLANKS } from "./text.mjs";
import { html } from "./vendor/preact.mjs";

const SHOWN = 400; // characters of a long text that have bars: the last ones
const FULL = 10; // bits: a bar of full height
const KEY = { surprise: FULL / 3, "over 10 bits": 2 * FULL, guessing: 0 };

// A cell is a piece of text with its surprise in `bits`, null if it has none.
export const textOf = (cells) => cells.map(({ text }) => text).join("");

// What a network of `size` characters has read, what it wrote, and what is not
// read yet. `change` is called with what the reader has typed, and `tell` with
// the surprise of the character before the caret, when the reader moved it.
export function Transcript({ read, wrote, unread, size, change, tell }) {
  const value = textOf(read) + textOf(wrote) + unread;
  const ask = ({ target }) => {
    const text = describe([...read, ...wrote], target.selectionEnd);
    if (text) tell(text);
  };
  const bars = Object.entries(KEY).map(([name, bits]) =>
    html`<span>${markCell({ text: "", bits })}${name}</span>`);
  return html`
    <p class="key"><span>yours</span><span class="written">the network’s</span>${bars}</p>
    <${Mirror} value=${value} aria-label="Your text" point=${ask} onClick=${ask}
      look="--guess: ${Math.log2(size) / FULL}" change=${({ target }) => change(target.value)}>
      ${markLast(read, SHOWN - wrote.length)}<span class="written">
      ${markLast(wrote, SHOWN)}</span>${unread}
    <//>`;
}

// Return cells as text, and the last ones with bars.
function markLast(cells, count) {
  const first = Math.max(0, cells.length - Math.max(0, count));
  return [textOf(cells.slice(0, first)), ...cells.slice(first).map(markCell)];
}

function markCell({ text, bits }) {
  if (bits === null) return text;
  const share = `--share: ${Math.min(1, bits / FULL).toFixed(3)}`;
  const kind = bits > FULL ? "character beyond" : "character";
  return html`<span class=${kind} style=${share}>${text}</span>`;
}

// Describe the surprise of the piece that ends at a place, or goes beyond.
function describe(cells, place) {
  let end = 0;
  const i = cells.findIndex(({ text }) => (end += text.length) >= place);
  return cells[i]?.bits ? describeCell(cells, i) : "";
}

// Tell the surprise of a piece, and what it follows.
function describeCell(cells, i) {
  const { text, bits } = cells[i];
  const before = textOf(cells.slice(Math.max(0, i - 8), i));
  const name = text in BLANKS ? `a ${BLANKS[text].name}` : quote(text);
  return `${name} after ${quote(before)}: ${bits.toFixed(1)} bits.`;
}

// Return how surprising a text was.
export function summarise(cells) {
  const known = cells.filter(({ bits }) => bits !== null);
  if (known.length === 0) return "";
  const mean = known.reduce((sum, { bits }) => sum + bits, 0) / known.length;
  const most = known.reduce((a, b) => (b.bits > a.bits ? b : a));
  const greatest = describeCell(cells, cells.indexOf(most));
  return `On average ${mean.toFixed(1)} bits; the most, ${greatest}`;
}
