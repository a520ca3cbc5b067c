// The distribution of the next character: a bar for each, to choose it by.
import { box, element, paragraph } from "./elements.mjs";
import { BLANKS, tokensOf } from "./text.mjs";

const TITLE = "The next character: choose one";
const LEAST = 0.005; // a probability that is written
// Bars of the key: the probabilities before and after the strategy.
const KEY = { before: [1, null], after: [0, 1], "× excluded": [1, 0] };
const WAYS = { ArrowDown: "nextSibling", ArrowUp: "previousSibling" };

export class Bars {
  // `choose` is called with the character that the reader chooses.
  constructor(choose) {
    this.choose = choose;
    const facts = { className: "list", role: "toolbar", ariaLabel: TITLE };
    this.list = element("div", { ...facts, ariaOrientation: "vertical" });
    this.list.onkeydown = (event) => {
      if (!(event.key in WAYS)) return;
      event.preventDefault(); // the page stays
      event.target[WAYS[event.key]]?.focus();
    };
    this.place = box("", paragraph("title", TITLE), makeKey(), this.list);
  }

  // Make a row for each character, in the order of the alphabet.
  makeRows(vocabulary) {
    this.vocabulary = vocabulary;
    const symbols = tokensOf(vocabulary);
    const names = Object.keys(vocabulary).sort();
    this.rows = names.map((token, i) => {
      const [letter, percentage, bar] = ["letter", "percentage", "bar"].map(
        (className) => element("span", { className }),
      );
      showLetter(letter, token);
      const row = element("button", { type: "button" }, letter, percentage, bar);
      row.onclick = () => this.choose(token);
      row.tabIndex = i === 0 ? 0 : -1; // arrows move the focus
      return { row, bar, percentage, symbol: symbols.indexOf(token) };
    });
    this.list.style.setProperty("--rows", Math.ceil(names.length / 2));
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
  }

  // Show the probabilities before the strategy, p, and after it, q.
  show(vocabulary, p, q) {
    if (vocabulary !== this.vocabulary) this.makeRows(vocabulary);
    for (const { row, bar, percentage, symbol } of this.rows) {
      const [before, after] = [p, q].map((each) => percent(each[symbol]));
      showBar(bar, p[symbol], q[symbol]);
      const shown = q[symbol] < LEAST ? "" : after;
      percentage.textContent = q[symbol] === 0 ? "×" : shown;
      row.title = `${before} before the strategy, ${after} after it`;
    }
  }
}

function showBar(bar, p, q) {
  bar.className = q === 0 ? "bar excluded" : "bar";
  bar.style.setProperty("--p", p.toFixed(4));
  bar.style.setProperty("--q", (q ?? 0).toFixed(4));
}

function makeKey() {
  const items = Object.entries(KEY).map(([name, [p, q]]) => {
    const bar = element("span");
    showBar(bar, p, q);
    return element("span", {}, bar, name);
  });
  return paragraph("key", ...items);
}

// Show a letter; a space is visible, and has a name.
export function showLetter(place, token) {
  const { sign, name } = BLANKS[token] ?? { sign: token, name: null };
  place.textContent = sign;
  place.role = name && "img";
  place.ariaLabel = name;
}

// Write a probability in percent: neither 0 nor 100 only by rounding.
export function percent(probability) {
  const value = 100 * probability;
  if (value > 0 && value < 0.05) return "< 0.1 %";
  if (value > 99.5 && value < 100) return "> 99 %";
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
