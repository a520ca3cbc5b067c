// A step of the small network: where its nodes are, and how they are drawn.
import { formatNumber } from "../numbers.mjs";
import { MIDDLE, arrow, label, rectangle } from "../shapes.mjs";
import { HALO } from "./figure.mjs";
import { formula } from "./formulas.mjs";

const [UNITS, SYMBOLS] = [[0.85, 2.45], [0.4, 1.65, 2.9]];
const NAMES = -0.5; // where the names of rows begin, left of the nodes
const SPAN = 4.15; // of a step
const GUTTER = 22; // pixels between steps
// The rows of nodes: their positions across, as in the still figure, half their
// widths where they are close, and the kinds of frames that bring their values
// and their gradients.
const ROWS = {
  X: { across: [2.2, 2.8, 3.4], half: 0.25, fill: "var(--input)", known: "start" },
  before: {
    across: [0.3, 1.2], half: 0.4, fill: "var(--hidden)", known: "before", back: "later",
  },
  A: { across: UNITS, known: "state", back: "dA" },
  H: { across: UNITS, fill: "var(--hidden)", known: "state", back: "dH" },
  O: { across: SYMBOLS, fill: "var(--output)", known: "outputs", back: "dO" },
  P: { across: SYMBOLS, known: "outputs" },
};
// The arrows between rows, with the kinds of frames that draw them, and turn
// them round. The numbers of weights are near the tails of arrows, or where
// these cross, near the heads of some.
const ARROWS = [
  { from: "before", to: "A", weights: "W_hh", parts: [0.22, 0.36] },
  { from: "X", to: "A", weights: "W_xh", parts: [0.22, 0.22, 0.22] },
  { from: "A", to: "H" },
  { from: "H", to: "O", weights: "W_hq", parts: [0.75, 0.29] },
  { from: "O", to: "P" },
];
const BACKWARD = { color: "var(--gradient)", width: 2.4 };
const INK = { stroke: "var(--ink)", rx: 4 };

export const short = (value) => formatNumber(value, 2).replace(/0$/, "");

// Draws steps for a `figure`, which knows them, their weights, and what is known.
export class Steps {
  constructor(figure, width) {
    Object.assign(this, { figure, width });
    const { length: T } = figure.steps;
    this.isAlone = T === 1; // so that it has room for the numbers of its weights
    const [half, between] = this.isAlone ? [12, 84] : [17, 34];
    const gaps = { L: 26, P: 28, O: between, H: 28, A: between, before: 0 };
    this.unit = (width - (T - 1) * GUTTER) / (T * SPAN);
    [this.half, this.tops] = [half, {}];
    let y = half + 2;
    for (const [row, gap] of Object.entries(gaps)) {
      if (row === "L" && !figure.truths) continue;
      this.tops[row] = y;
      y += 2 * half + gap;
    }
    this.tops.X = this.tops.before;
    this.height = y + 10;
  }

  x(t, across) {
    return t * (SPAN * this.unit + GUTTER) + (across - NAMES) * this.unit;
  }

  place(t, row, i) {
    return [this.x(t, ROWS[row].across[i]), this.tops[row]];
  }

  widthOf(row) {
    return Math.min(54, 2 * (ROWS[row].half ?? 0.5) * this.unit - 2);
  }

  draw() {
    const { steps, truths, data } = this.figure;
    return [
      steps.map((step, t) => {
        const X = data.symbols.map((_, k) => Number(k === step.symbol));
        const values = { ...step, X };
        return [
          ARROWS.map((each) => this.drawArrows(t, each, values)),
          t > 0 && this.drawRecurrence(t),
          Object.keys(ROWS).map((row) => this.drawNodes(t, row, values[row])),
          this.drawNames(t),
        ];
      }),
      truths && this.drawLoss(truths),
    ];
  }

  // Draw an arrow, or the way of a gradient back along it.
  drawLink(t, points, { known, back }, look) {
    const { figure } = this;
    if (!figure.isKnown(known, t)) return null;
    if (!figure.isKnown(back, t)) return arrow(points, look);
    const pairs = points.flatMap((x, i) => (i % 2 ? [] : [[x, points[i + 1]]]));
    return arrow(pairs.toReversed().flat(), BACKWARD);
  }

  drawArrows(t, { from, to, weights, parts }, values) {
    const { figure, half } = this;
    const kinds = { known: ROWS[to].known, back: ROWS[from].back };
    return values[from].map((value, i) => values[to].map((_, j) => {
      if (!weights && i !== j) return null;
      const [[a, y], [c, z]] = [this.place(t, from, i), this.place(t, to, j)];
      const [b, d] = [y - half, z + half];
      const key = `${weights} ${i} ${j}`;
      const isIdle = from === "X" && value === 0;
      const isChosen = this.isAlone && key === figure.chosen;
      const look = { color: isIdle ? "var(--pale)" : "var(--ink)", width: isChosen ? 2.4 : 1 };
      const at = (part) => [a + part * (c - a), b + part * (d - b)];
      return [
        this.drawLink(t, [a, b, c, d], kinds, look),
        weights && this.isAlone && !isIdle && this.drawWeight(key, isChosen, at(parts[i])),
      ];
    }));
  }

  drawWeight(key, isChosen, [x, y]) {
    return label(x, y + 5, this.fit(this.figure.showWeight(key), 100), {
      ...{ ...HALO, ...MIDDLE, "stroke-width": 6, style: "cursor: ew-resize" },
      class: isChosen ? "small new handle" : "small handle",
      onPointerDown: ({ button }) => button === 0 && this.figure.grab(key),
      onMouseDown: (event) => event.preventDefault(), // the slider keeps the keys
    });
  }

  // Draw how a state is handed to the next step.
  drawRecurrence(t) {
    const [left, high] = this.place(t - 1, "H", 1);
    const [right, low] = this.place(t, "before", 0);
    const turn = this.x(t, NAMES) - GUTTER / 2;
    const path = [
      ...[left + this.widthOf("H") / 2, high, turn, high],
      ...[turn, low, right - this.widthOf("before") / 2, low],
    ];
    return this.drawLink(t, path, ROWS.before);
  }

  // Draw a row of values, above their gradients.
  drawNodes(t, row, values) {
    const { figure, half } = this;
    const { known, back } = ROWS[row];
    const isBack = figure.isKnown(back, t);
    const wide = this.widthOf(row);
    return values.map((value, i) => {
      const [x, y] = this.place(t, row, i);
      const isTruth = row === "P" && figure.truths?.[t] === i;
      const fill = (isTruth ? ROWS.O : ROWS[row]).fill ?? "white";
      const write = (kind, number, height) => figure.isKnown(kind, t) &&
        label(x, height, this.write(number, row), { ...MIDDLE, class: figure.classOf(kind, t) });
      return [
        rectangle(x - wide / 2, y - half, wide, 2 * half, { fill, ...INK }),
        isBack && rectangle(x - wide / 2 + 1, y, wide - 2, half - 1, { fill: "var(--gradient-fill)" }),
        write(known, value, isBack ? y - 3 : y + 5),
        write(back, figure.gradients?.steps[t][back]?.[i], y + 13),
      ];
    });
  }

  write(value, row) {
    return row === "X" ? String(value) : this.fit(formatNumber(value, 2), 60);
  }

  // Where there is no room, a number begins with its point.
  fit(text, least) {
    return this.unit < least ? text.replace("0.", ".") : text;
  }

  // Write the names of rows, and of symbols.
  drawNames(t) {
    const { half, tops, isAlone, figure } = this;
    const [now, past] = isAlone ? ["t", "t−1"] : [t + 1, t];
    const sum = isAlone ? "sum" : `A_${now}`;
    const names = { P: "P", O: `O_${now}`, H: `H_${now}`, A: sum };
    const start = `H_${past}${figure.isKnown("cut", t) ? ": cut" : ""}`;
    const letter = { ...MIDDLE, class: "letter" };
    return [
      Object.entries(names).map(([row, name]) => formula(this.x(t, NAMES), tops[row] + 5, name)),
      formula(this.x(t, 0.75), tops.X + half + 16, start, MIDDLE),
      figure.data.symbols.map((symbol, k) => [
        label(this.place(t, "X", k)[0], tops.X + half + 16, symbol, letter),
        label(this.place(t, "P", k)[0] - 12, tops.P - half - 4, symbol, letter),
      ]),
    ];
  }

  drawLoss(truths) {
    const { figure, half, tops } = this;
    const across = truths.map((truth, t) => this.place(t, "P", truth)[0]);
    const right = Math.min(this.width - 1, Math.max(...across) + 50);
    const left = Math.min(Math.min(...across), right - 50) - 50;
    const value = figure.isKnown("loss") ? ` ${formatNumber(figure.loss, 2)}` : "";
    const kinds = { known: "loss", back: "dO" };
    return [
      rectangle(left, tops.L - half, right - left, 2 * half, { fill: "white", ...INK }),
      label((left + right) / 2, tops.L + 5, `loss${value}`, { ...MIDDLE, class: figure.classOf("loss") }),
      across.map((x, t) =>
        this.drawLink(t, [x, tops.P - half, x, tops.L + half], kinds)),
    ];
  }
}
