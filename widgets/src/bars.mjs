// The distribution of the next character: a bar for each, to choose it by.
import { ranked } from "./decoding.mjs";
import { button, element } from "./element.mjs";

const FEW = 10; // characters that are shown at first

export function makeBars(choose) {
  const list = element("ol", {});
  const rows = [];
  let pressed; // the symbol that was there when the reader pressed its row
  const all = button("Show all", () => {
    all.ariaPressed = all.ariaPressed !== "true";
    showRows();
  });
  const place = element(
    "section",
    { className: "bars", ariaLabel: "The next character" },
    element("p", { className: "title" }, "The next character"),
    list,
    all,
    element(
      "p",
      { className: "legend" },
      "Frame: the network’s probability. Filled: after the strategy, which " +
        "has crossed out what it removed. Choose a character to go on from it.",
    ),
  );
  all.ariaPressed = false;

  function makeRow() {
    const letter = element("span", { className: "letter" });
    const bar = element("span", { className: "bar" });
    const number = element("span", { className: "number" });
    const row = element("button", { type: "button" }, letter, bar, number);
    row.onpointerdown = () => (pressed = row.symbol);
    row.onclick = () => {
      choose(pressed ?? row.symbol);
      pressed = undefined;
    };
    list.append(element("li", {}, row));
    return { row, letter, number };
  }

  function showRows() {
    rows.forEach(({ row }, i) => {
      const isShown = i < FEW || all.ariaPressed === "true";
      row.parentElement.hidden = !isShown || row.symbol === undefined;
    });
  }

  // `tokens` are all but the unknown one, whose symbol is 0.
  function show(tokens, p, q) {
    while (rows.length < tokens.length) rows.push(makeRow());
    const order = ranked(p).filter((symbol) => symbol > 0);
    order.forEach((symbol, i) => {
      const { row, letter, number } = rows[i];
      const [before, after] = [percent(p[symbol]), percent(q[symbol])];
      const isOut = q[symbol] === 0;
      showLetter(letter, tokens[symbol - 1]);
      number.textContent = after === before ? before : `${before} → ${after}`;
      row.style.setProperty("--p", p[symbol].toFixed(4));
      row.style.setProperty("--q", q[symbol].toFixed(4));
      row.classList.toggle("is-out", isOut);
      row.symbol = symbol;
    });
    for (const { row } of rows.slice(order.length)) row.symbol = undefined;
    showRows();
  }

  return { place, show };
}

// A space is seen by its sign, and has a name.
function showLetter(place, token) {
  const isSpace = token === " ";
  place.textContent = isSpace ? "␣" : token;
  place.role = isSpace ? "img" : null;
  place.ariaLabel = isSpace ? "space" : null;
}

// Return a probability in percent, which is neither 0 nor 100 by rounding.
export function percent(probability) {
  const value = 100 * probability;
  if (value > 0 && value < 0.05) return "< 0.1 %";
  if (value > 99.5 && value < 100) return "> 99 %";
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
