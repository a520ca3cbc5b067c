// Shapes of drawings.
import { svgElement } from "./elements.mjs";

// Where the place of a label is, if not at its beginning.
export const MIDDLE = { "text-anchor": "middle" };
export const END = { "text-anchor": "end" };

export function rectangle(x, y, width, height, attributes) {
  return svgElement("rect", { x, y, width, height, ...attributes });
}

export function label(x, y, text, attributes) {
  return svgElement("text", { x, y, ...attributes }, text);
}

// Return a line through points, whose coordinates follow one another.
export function line(coordinates, style = {}) {
  const { color = "var(--ink)", width = 1, dash = "none" } = style;
  return svgElement("polyline", {
    points: coordinates.map((x) => x.toFixed(1)).join(" "),
    fill: style.fill ?? "none",
    stroke: color,
    "stroke-width": width,
    "stroke-dasharray": dash,
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
  const parts = [line(shaft, style), line(head, { color, fill: color })];
  return svgElement("g", {}, ...parts);
}

// Return a small drawing for a legend.
export function swatch(...shapes) {
  const box = { viewBox: "0 0 30 12", class: "swatch", "aria-hidden": "true" };
  return svgElement("svg", box, ...shapes);
}

export function lineSwatch(style) {
  return swatch(line([1, 6, 29, 6], style));
}
