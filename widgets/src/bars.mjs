// The distribution of the next character: a bar for each, to choose it by.
import { box, element, paragraph } from "./elements.mjs";

// The bars of the key: their probabilities before and after the strategy.
const KEY = { before: [1, null], after: [0, 1], "× excluded": [1, 0] };
const LEAST = 0.005; // a probability that is written

export class Bars {
  // `choose` is called with the symbol that the reader chooses.
  constructor(choose) {
    this.choose = choose;
    this.list = box("list");
    Object.assign(this.list, { role: "toolbar", ariaLabel: "Choose the next character" });
    this.list.onkeydown = (event) => this.move(event);
    const key = Object.entries(KEY).map(([name, [p, q]]) => {
      const bar = element("span");
      showBar(bar, p, q);
      return element("span", {}, bar, name);
    });
    this.place = element(
      "section",
      { className: "bars", ariaLabel: "The next character" },
      paragraph("title", "The next character: choose one"),
      paragraph("key", ...key),
      this.list,
    );
  }

  // Make a row for each character, in the order of the alphabet. `tokens` are
  // characters without the unknown token, whose symbol is 0.
  makeRows(tokens) {
    this.tokens = tokens;
    const symbols = [...tokens].map((token, i) => ({ token, symbol: i + 1 }));
    symbols.sort((a, b) => a.token.codePointAt(0) - b.token.codePointAt(0));
    this.rows = symbols.map((facts) => this.makeRow(facts));
    this.half = Math.ceil(symbols.length / 2); // in each of two columns
    this.list.style.setProperty("--rows", this.half);
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
    this.enter(this.rows[0].row);
  }

  makeRow({ token, symbol }) {
    const [letter, percentage, bar] = ["letter", "percentage", "bar"].map(
      (className) => element("span", { className }),
    );
    showLetter(letter, token);
    const row = element("button", { type: "button" }, letter, percentage, bar);
    row.onclick = () => this.choose(symbol);
    row.onfocus = () => this.enter(row);
    return { row, bar, percentage, symbol, name: letter.ariaLabel ?? token };
  }

  // Let the key Tab come to one row alone. Arrows move from there.
  enter(entered) {
    for (const { row } of this.rows) row.tabIndex = row === entered ? 0 : -1;
  }

  move(event) {
    const { half } = this;
    const steps = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -half, ArrowRight: half };
    const place = this.rows.findIndex(({ row }) => row.tabIndex === 0);
    const next = this.rows[place + steps[event.key]];
    if (!next) return;
    event.preventDefault(); // the page stays
    next.row.focus();
  }

  // Show the probabilities before the strategy, p, and after it, q.
  show(tokens, p, q) {
    if (tokens !== this.tokens) this.makeRows(tokens);
    for (const { row, bar, percentage, symbol, name } of this.rows) {
      const [before, after] = [p, q].map((each) => percent(each[symbol]));
      const isOut = q[symbol] === 0;
      showBar(bar, p[symbol], q[symbol]);
      const isSmall = q[symbol] < LEAST;
      percentage.textContent = isOut ? "×" : isSmall ? "" : after;
      const result = isOut ? "excluded" : `${after} after the strategy`;
      row.ariaLabel = row.title = `${name}: ${before}, ${result}`;
    }
  }
}

function showBar(bar, p, q) {
  bar.className = q === 0 ? "bar excluded" : "bar";
  bar.style.setProperty("--p", p.toFixed(4));
  bar.style.setProperty("--q", (q ?? 0).toFixed(4));
}

// Show a letter; a space is visible, and has a name.
export function showLetter(place, token) {
  const isSpace = token === " ";
  place.textContent = isSpace ? "␣" : token;
  place.role = isSpace ? "img" : null;
  place.ariaLabel = isSpace ? "space" : null;
}

// Write a probability in percent: neither 0 nor 100 only by rounding.
export function percent(probability) {
  const value = 100 * probability;
  if (value > 0 && value < 0.05) return "< 0.1 %";
  if (value > 99.5 && value < 100) return "> 99 %";
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
