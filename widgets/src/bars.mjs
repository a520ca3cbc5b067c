// The distribution of the next character: a bar for each, to choose it by.
import { ranked } from "./decoding.mjs";
import { box, element, paragraph } from "./elements.mjs";
import { makeOneStop } from "./keys.mjs";
import { BLANKS, tokensOf } from "./text.mjs";

const TITLE = "The next character: choose one";
const LIKELIEST = 6; // rows of the likeliest
const LEAST = 0.005; // a probability that is drawn
// Bars of the key: the probabilities before and after the strategy.
const KEY = {
  ...{ "before the strategy": [1, null], "after it": [0, 1] },
  "× excluded": [1, 0],
};

export class Bars {
  // `choose` is called with the character that the reader chooses.
  constructor(choose) {
    this.likeliest = new Rows("The likeliest next characters", choose);
    this.all = new Rows("All characters", choose);
    const summary = element("summary", {}, "All characters");
    const fold = element("details", {}, summary, this.all.list);
    const title = paragraph("title", TITLE);
    this.place = box("", title, makeKey(), this.likeliest.list, fold);
  }

  // Show the probabilities before the strategy, p, and after it, q.
  show(vocabulary, p, q) {
    const tokens = tokensOf(vocabulary);
    const order = ranked(p).map((symbol) => tokens[symbol]).slice(0, LIKELIEST);
    const shareOf = (token) => [p, q].map((each) => each[tokens.indexOf(token)]);
    this.likeliest.show(order, shareOf);
    this.all.show(Object.keys(vocabulary).sort(), shareOf);
  }
}

// A row for each of some characters.
class Rows {
  constructor(ariaLabel, choose) {
    const facts = { className: "list", role: "toolbar", ariaLabel };
    this.list = element("div", { ...facts, ariaOrientation: "vertical" });
    this.choose = choose;
    this.rows = [];
    makeOneStop(this.list);
  }

  makeRow(i) {
    const parts = ["letter", "percentage", "bar"].map((className) =>
      element("span", { className }),
    );
    const row = element("button", { type: "button" }, ...parts);
    row.onclick = () => this.choose(row.dataset.key);
    row.tabIndex = i === 0 ? 0 : -1;
    return row;
  }

  show(tokens, shareOf) {
    if (tokens.length !== this.rows.length) {
      this.rows = tokens.map((_, i) => this.makeRow(i));
      this.list.replaceChildren(...this.rows);
      this.list.style.setProperty("--rows", Math.ceil(tokens.length / 2));
    }
    for (const [i, token] of tokens.entries()) {
      showRow(this.rows[i], token, ...shareOf(token));
    }
  }
}

function showRow(row, token, p, q) {
  const [letter, percentage, bar] = row.children;
  const [before, after] = [p, q].map(percent);
  row.dataset.key = token;
  showLetter(letter, token);
  showBar(bar, p, q);
  percentage.textContent = q === 0 ? "×" : q < LEAST ? "" : after;
  row.title = `${before} before the strategy, ${after} after it`;
}

function showBar(bar, p, q) {
  const draw = (share) => (share < LEAST ? 0 : share.toFixed(4));
  bar.className = q === 0 ? "bar excluded" : "bar";
  bar.style.setProperty("--p", draw(p));
  bar.style.setProperty("--q", draw(q ?? 0));
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
