// Shapes of drawings.
import { h } from "./vendor/preact.mjs";

// Where the place of a label is, if not at its beginning.
export const MIDDLE = { "text-anchor": "middle" };
export const END = { "text-anchor": "end" };
const ROW = 15; // the height of a name

export function rectangle(x, y, width, height, attributes) {
  return h("rect", { x, y, width, height, ...attributes });
}

export function label(x, y, text, attributes) {
  return h("text", { x, y, ...attributes }, text);
}

// Return a line through points, whose coordinates follow one another.
export function line(coordinates, style = {}, attributes = {}) {
  const { color = "var(--ink)", width = 1, dash = "none" } = style;
  return h("polyline", {
    points: coordinates.map((x) => x.toFixed(1)).join(" "),
    fill: style.fill ?? "none",
    stroke: color,
    "stroke-width": width,
    "stroke-dasharray": dash,
    ...attributes,
  });
}

// Return a line with a head at its end.
export function arrow(points, style = {}) {
  const [fromX, fromY, x, y] = points.slice(-4);
  const { color = "var(--ink)", width = 1 } = style;
  const angle = Math.atan2(y - fromY, x - fromX);
  const size = 5 + 2 * width;
  const corner = (turn, length) => [
    x - length * Math.cos(angle + turn),
    y - length * Math.sin(angle + turn),
  ];
  const shaft = [...points.slice(0, -2), ...corner(0, 0.8 * size)];
  const head = [...corner(0.4, size), x, y, ...corner(-0.4, size)];
  return h("g", {}, line(shaft, style), line(head, { color, fill: color }));
}

// Write names beside their heights, right of x: the lowest at or above `free`,
// and each above the last.
export function writeNames(x, named, free, styleOf = () => ({})) {
  return named.toSorted(([, a], [, b]) => b - a).map(([name, height]) => {
    const y = Math.min(height, free);
    free = y - ROW;
    return [
      line([x - 4, height, x + 3, height, x + 9, y], { color: "currentColor" }),
      label(x + 12, y + 4, name, styleOf(name)),
    ];
  });
}

// Return a small drawing for a legend.
export function swatch(...shapes) {
  const box = { viewBox: "0 0 30 12", class: "swatch", "aria-hidden": "true" };
  return h("svg", box, ...shapes);
}
