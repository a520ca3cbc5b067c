// The distribution of the next character: a bar for each, to choose it by.
import { ranked } from "./decoding.mjs";
import { element } from "./element.mjs";

export function makeBars(choose) {
  const list = element("ol", {});
  const rows = [];
  const place = element(
    "section",
    { className: "bars", ariaLabel: "The next character" },
    element("p", { className: "title" }, "The next character"),
    list,
    element(
      "p",
      { className: "legend" },
      "Frame: the network’s probability. Filled: after the strategy, which " +
        "has crossed out what it removed. Choose a character to go on from it.",
    ),
  );

  function makeRow() {
    const letter = element("span", { className: "letter" });
    const bar = element("span", { className: "bar" });
    const number = element("span", { className: "number" });
    const row = element("button", { type: "button" }, letter, bar, number);
    list.append(element("li", {}, row));
    return { row, letter, number };
  }

  // `tokens` are all but the unknown one, whose symbol is 0.
  function show(tokens, p, q) {
    while (rows.length < tokens.length) rows.push(makeRow());
    const order = ranked(p).filter((symbol) => symbol > 0);
    order.forEach((symbol, i) => {
      const { row, letter, number } = rows[i];
      const [before, after] = [percent(p[symbol]), percent(q[symbol])];
      const isOut = q[symbol] === 0;
      const name = tokens[symbol - 1];
      const change = after === before ? "" : ` → ${after}`;
      letter.textContent = name === " " ? "␣" : name;
      number.textContent = before + change;
      row.ariaLabel = `${name === " " ? "space" : name} ${before}${change}`;
      row.style.setProperty("--p", p[symbol].toFixed(4));
      row.style.setProperty("--q", q[symbol].toFixed(4));
      row.classList.toggle("is-out", isOut);
      row.onclick = () => choose(symbol);
    });
    rows.forEach(({ row }, i) => {
      row.parentElement.hidden = i >= order.length;
    });
  }

  return { place, show };
}

function percent(probability) {
  const value = 100 * probability;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
