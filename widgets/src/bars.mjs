// The distribution of the next character: a bar for each, to choose it by.
import { ranked } from "./decoding.mjs";
import { button, element, paragraph } from "./elements.mjs";

const FEW = 10; // characters that are shown at first

export class Bars {
  // `choose` is called with the symbol that the reader chooses.
  constructor(choose) {
    this.choose = choose;
    this.rows = [];
    this.list = element("ol");
    this.all = button("Show all", () => {
      this.all.ariaPressed = this.all.ariaPressed !== "true";
      this.showRows();
    });
    this.all.ariaPressed = false;
    this.place = element(
      "section",
      { className: "bars", ariaLabel: "The next character" },
      paragraph("title", "The next character"),
      this.list,
      this.all,
      paragraph(
        "legend",
        "Frame: the network’s probability. Filled: after the strategy, which " +
          "has crossed out what it removed. Choose a character to go on from it.",
      ),
    );
  }

  addRow() {
    const [letter, bar, percentage] = ["letter", "bar", "percentage"].map(
      (className) => element("span", { className }),
    );
    const row = element("button", { type: "button" }, letter, bar, percentage);
    // The order may change between the press and the click.
    row.onpointerdown = () => (this.pressed = row.symbol);
    row.onclick = () => {
      this.choose(this.pressed ?? row.symbol);
      this.pressed = undefined;
    };
    this.list.append(element("li", {}, row));
    this.rows.push({ row, letter, percentage });
  }

  showRows() {
    for (const [i, { row }] of this.rows.entries()) {
      const isShown = i < FEW || this.all.ariaPressed === "true";
      row.parentElement.hidden = !isShown || row.symbol === undefined;
    }
  }

  // Show the probabilities before the strategy, p, and after it, q. `tokens`
  // are characters without the unknown token, whose symbol is 0.
  show(tokens, p, q) {
    const letters = [...tokens];
    while (this.rows.length < letters.length) this.addRow();
    const order = ranked(p).filter((symbol) => symbol > 0);
    for (const [i, { row, letter, percentage }] of this.rows.entries()) {
      const symbol = order[i];
      row.symbol = symbol;
      if (symbol === undefined) continue;
      const [before, after] = [p, q].map((each) => percent(each[symbol]));
      showLetter(letter, letters[symbol - 1]);
      percentage.textContent =
        after === before ? before : `${before} → ${after}`;
      row.style.setProperty("--p", p[symbol].toFixed(4));
      row.style.setProperty("--q", q[symbol].toFixed(4));
      row.classList.toggle("excluded", q[symbol] === 0);
    }
    this.showRows();
  }
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
