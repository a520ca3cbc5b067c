// The unrolled network: where its parts stand, and how they are drawn.
import { label, line, rectangle } from "../shapes.mjs";
import { formatNumber } from "../numbers.mjs";

// The boxes of variables, and the area behind gradients.
export const FILLS = {
  X: "var(--input)", A: "white", H: "var(--hidden)", O: "var(--output)",
};
export const GRADIENT_AREA = { fill: "var(--gradient-fill)", rx: 3 };
export const BACKWARD = { color: "var(--gradient)", width: 2.4 };
const WIDE = 500; // pixels: from here on there is room

// Return where things stand in a drawing of some width, in pixels.
export function computeLayout(width, T, h, V) {
  const isWide = width >= WIDE;
  const r = isWide ? 18 : 16; // the height of a row of numbers
  const gap = isWide ? 34 : width / 22; // between two steps
  const first = isWide ? 64 : 36; // the width of the state before
  const used = first + gap + 10 + (T - 1) * gap;
  const w = Math.min((width - used - 2) / T, 150); // the width of a step
  const left = (width - used - T * w) / 2;
  const tall = (rows) => r * (rows + 1) + 10;
  const heights = { L: r + 8, O: tall(V), H: tall(h), A: tall(h), X: r + 8 };
  const tops = {};
  let y = 2;
  for (const [name, height] of Object.entries(heights)) {
    tops[name] = y;
    y += height + 24; // to the next variable
  }
  const xOf = (t) => (t ? left + first + 10 + t * gap + (t - 1) * w : left);
  // Where there is no room, a number begins with its point.
  const format = (value, digits) => {
    const text = formatNumber(value, digits);
    return isWide ? text : text.replace("0.", ".");
  };
  const border = left + first + 8; // between this minibatch and the one before
  return { r, gap, first, w, xOf, tops, heights, border, bottom: y, format };
}

// Return the paths from the state before a step to its argument, and back.
export function recurrentPaths({ gap, first, w, xOf, tops, heights }, t) {
  const before = t > 1 ? xOf(t - 1) + w : xOf(0) + first;
  const middle = (name) => tops[name] + heights[name] / 2;
  const path = (shift, [from, to], [start, end]) => {
    const turn = xOf(t) - gap / 2 + shift / 2;
    const [high, low] = [middle(start) + shift, middle(end) + shift];
    return [from, high, turn, high, turn, low, to, low];
  };
  return {
    forward: path(-7, [before, xOf(t)], ["H", "A"]),
    backward: path(7, [xOf(t), before], ["A", "H"]),
  };
}

export function drawBox(x, y, width, height, fill) {
  return rectangle(x, y, width, height, { fill, stroke: "var(--ink)", rx: 4 });
}

// Draw a path back that ends at the border, in a cross.
export function drawCut({ xOf, border: x }, y) {
  const cross = [x - 6, y - 6, x + 6, y + 6, x, y, x + 6, y - 6, x - 6, y + 6];
  return line([xOf(1), y, x, y, ...cross], BACKWARD);
}

export function drawMatrix({ r, w, format }, matrix, center, top, style) {
  const width = Math.min(w, 140); // room, too, for letters set wide
  const left = center - width / 2;
  const numbers = matrix.map((row, i) =>
    row.map((value, j) => {
      const x = center + (j ? width / 2 - 5 : -2);
      return label(x, top + r * (i + 1) - 1, format(value, 3), style);
    }),
  );
  return [rectangle(left, top, width, 2 * r + 4, GRADIENT_AREA), numbers];
}
