// The text of the reader, on which the network writes on. A field to type in
// lies over a mirror, which has the same characters in the same places, in
// their colours, and under each a bar for its surprise.
import { box, element, paragraph } from "./elements.mjs";
import { quote } from "./reading.mjs";
import { BLANKS } from "./text.mjs";

const SHOWN = 400; // characters of a long text that have bars: the last ones
const FULL = 10; // bits: a bar of full height

// A cell is a piece of text with its surprise in `bits`, null if it has none.
const textOf = (cells) => cells.map(({ text }) => text).join("");

export class Transcript {
  // `change` is called when the reader has typed, and `say` with the surprise
  // of the character before the caret when the reader has moved it.
  constructor(change, say) {
    const spelling = { spellcheck: false, autocapitalize: "off" };
    this.input = element("textarea", { ariaLabel: "Your text", ...spelling });
    this.input.oninput = () => {
      this.value = this.input.value;
      change();
    };
    const tell = () => say(this.describe(this.input.selectionEnd));
    this.input.onclick = tell;
    this.input.onkeyup = ({ key }) => /^(Arrow|Home|End)/.test(key) && tell();
    [this.read, this.wrote] = [[], []]; // cells
    this.mirror = element("div", { className: "mirror", ariaHidden: true });
    this.paper = box("paper", this.mirror, this.input);
    this.parts = [makeTextKey(), this.paper];
  }

  // What the reader has typed.
  get value() {
    return this.typed;
  }

  // Show a text that is not read yet. What is known of its beginning stays.
  set value(text) {
    if (this.input.value !== text) this.input.value = text;
    this.typed = this.input.value; // with line breaks of one kind
    let [unread, isKnown] = [this.typed, true];
    this.read = [...this.read, ...this.wrote].filter((cell) => {
      isKnown &&= unread.startsWith(cell.text);
      if (isKnown) unread = unread.slice(cell.text.length);
      return isKnown;
    });
    this.wrote = [];
    this.show(unread);
  }

  get written() {
    return textOf(this.wrote);
  }

  // Show what a network has read, which has a vocabulary to guess from.
  showRead(cells, vocabulary) {
    const { length } = Object.keys(vocabulary);
    this.mirror.style.setProperty("--guess", Math.log2(length) / FULL);
    this.read = cells;
    this.show("");
  }

  // Add what was written, in place of an end that is not read.
  write(cells) {
    while (!this.read.at(-1).isRead) this.read.pop();
    const { length } = textOf(this.read) + this.written;
    const [text, end] = [textOf(cells), this.input.value.length];
    this.input.setRangeText(text, length, end, "preserve"); // the caret stays
    this.wrote.push(...cells);
    this.show("");
  }

  // Show all characters, and a text that is not read yet. What is new is seen,
  // unless the reader has scrolled up.
  show(unread) {
    const { paper, read, wrote } = this;
    const bottom = paper.scrollTop + paper.clientHeight;
    const isAtEnd = bottom > paper.scrollHeight - 10;
    const written = element("span", { className: "written" });
    written.append(...markLast(wrote, SHOWN));
    const marked = markLast(read, Math.max(0, SHOWN - wrote.length));
    this.mirror.replaceChildren(...marked, written, unread);
    if (isAtEnd) paper.scrollTop = paper.scrollHeight;
  }

  // Describe the surprise of the piece that ends at a place, or goes beyond.
  describe(place) {
    const cells = [...this.read, ...this.wrote];
    let end = 0;
    const i = cells.findIndex(({ text }) => (end += text.length) >= place);
    return cells[i]?.bits ? describeCell(cells, i) : "";
  }

  // Return how surprising the text of the reader was.
  summarise() {
    const known = this.read.filter(({ bits }) => bits !== null);
    if (known.length === 0) return "";
    const mean = known.reduce((sum, { bits }) => sum + bits, 0) / known.length;
    const most = known.reduce((a, b) => (b.bits > a.bits ? b : a));
    const greatest = describeCell(this.read, this.read.indexOf(most));
    return `On average ${mean.toFixed(1)} bits; the most, ${greatest}`;
  }
}

// Return cells as text, and the last ones with bars.
function markLast(cells, count) {
  const first = Math.max(0, cells.length - count);
  return [textOf(cells.slice(0, first)), ...cells.slice(first).map(markCell)];
}

function markCell({ text, bits }) {
  if (bits === null) return text;
  const className = bits > FULL ? "character beyond" : "character";
  const mark = element("span", { className }, text);
  mark.style.setProperty("--share", Math.min(1, bits / FULL).toFixed(3));
  return mark;
}

// Tell the surprise of a piece, and what it follows.
function describeCell(cells, i) {
  const { text, bits } = cells[i];
  const before = textOf(cells.slice(Math.max(0, i - 8), i));
  const name = text in BLANKS ? `a ${BLANKS[text].name}` : quote(text);
  return `${name} after ${quote(before)}: ${bits.toFixed(1)} bits.`;
}

function makeTextKey() {
  const [usual, over] = [FULL / 3, 2 * FULL];
  const levels = { surprise: usual, "over 10 bits": over, guessing: 0 };
  const bars = Object.entries(levels).map(([name, bits]) =>
    element("span", {}, markCell({ text: "", bits }), name),
  );
  const written = element("span", { className: "written" }, "the network’s");
  return paragraph("key", element("span", {}, "yours"), written, ...bars);
}
