// Scissors: a cut between two characters of a text, and what the network would
// expect if it knew only those after the cut.
import { percent, showLetter } from "./bars.mjs";
import { box, element, paragraph } from "./elements.mjs";
import { followDrag, followKeys } from "./keys.mjs";

const UNKNOWN = "<unk>";
const CUT_TITLE = "Scissors: drag the cut";
const PASSAGE = "meanwhile a small grey cat slept on the warm stones of the yard";
const CUT_HEADS = [
  "next", "with all of it", "from zeros", "after a strange text",
];
const CUT_NOTE =
  "What does it expect next if it knows only what follows the cut? It reads " +
  "this from a state of zeros, or from the state that a strange text leaves, " +
  `“${PASSAGE}”. The bits say how much worse it then predicts, at temperature 1.`;

export class Scissors {
  // `find` promises what `Writer.cut` returns, given a place and a passage, and
  // `announce` lets a screen reader say what a cut has shown.
  constructor(find, announce) {
    Object.assign(this, { find, announce });
    const facts = { className: "transcript cuttable letter", role: "slider", tabIndex: 0 };
    this.strip = element("div", { ...facts, ariaLabel: "The cut" });
    followDrag(this.strip, (event) => this.follow(event));
    // Home and then End, before there is an answer, make NaN.
    followKeys(this.strip, (step) => this.moveTo(this.place + step || step));
    this.rows = element("tbody");
    this.place = null; // where the writer would cut
    this.element = box("scissors", paragraph("title", CUT_TITLE), this.strip);
    const heads = CUT_HEADS.map((text) => element("th", { scope: "col" }, text));
    const head = element("thead", {}, element("tr", {}, ...heads));
    const table = element("table", {}, head, this.rows);
    this.element.append(table, paragraph("legend", CUT_NOTE));
    this.element.inert = true; // there is nothing to cut yet
  }

  // Cut nearest to the pointer.
  follow({ clientX, clientY }) {
    const marks = [...this.strip.children];
    const distance = (mark) => {
      const { left, top, bottom } = mark.getBoundingClientRect();
      return Math.abs(left - clientX) + 9 * Math.abs((top + bottom) / 2 - clientY);
    };
    const nearest = marks.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    this.moveTo(this.first + marks.indexOf(nearest));
  }

  async moveTo(place) {
    this.place = place;
    await this.update();
    this.announce(this.strip.ariaValueText);
  }

  // Cut a text, and a new one where the writer would.
  begin(text) {
    if (text !== this.text) this.place = null;
    this.text = text;
    return this.update();
  }

  // Cut the text as it is now, at the same place.
  async update() {
    const asked = (this.asked = {});
    const found = await this.find(this.place, PASSAGE);
    if (!found || this.asked !== asked) return; // it is out of date
    this.element.inert = !found.rows; // there is nothing to cut
    if (found.rows) this.show(found);
  }

  show({ place, first, letters, rows, bits }) {
    Object.assign(this, { place, first });
    const marks = letters.map((letter, i) => {
      const isCut = first + i < place;
      const className = first + i === place ? "cut" : isCut ? "gone" : "";
      return element("span", { className }, letter === UNKNOWN ? "?" : letter);
    });
    this.strip.replaceChildren(first > 0 ? "…" : "", ...marks);
    const lost = bits.map((value) => `${value.toFixed(2)} bits`);
    const left = first + letters.length - place;
    const ariaValueText =
      `${left} characters left, “${letters.slice(place - first).join("")}”: ` +
      `${lost[0]} lost from zeros, ${lost[1]} after a strange text.`;
    const range = { ariaValueMin: first + 1, ariaValueMax: first + letters.length - 1 };
    Object.assign(this.strip, range, { ariaValueNow: place, ariaValueText });
    this.rows.replaceChildren(...rows.map(makeRow), makeLast(lost));
  }
}

function makeRow({ token, shares }) {
  const letter = element("span", { className: "letter" });
  showLetter(letter, token);
  const cells = shares.map((share) => {
    const bar = element("span", { className: "share" }, percent(share));
    bar.style.setProperty("--q", share.toFixed(4));
    return element("td", {}, bar);
  });
  return element("tr", {}, element("th", { scope: "row" }, letter), ...cells);
}

function makeLast(lost) {
  const cells = ["", ...lost].map((text) => element("td", {}, text));
  return element("tr", {}, element("th", { scope: "row" }, "lost"), ...cells);
}
