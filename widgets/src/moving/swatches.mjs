// Small drawings for legends.
import { svgElement } from "../elements.mjs";
import { line } from "../shapes.mjs";

export function swatch(...shapes) {
  const box = { viewBox: "0 0 30 12", class: "swatch", "aria-hidden": "true" };
  return svgElement("svg", box, ...shapes);
}

export function lineSwatch(style) {
  return swatch(line([1, 6, 29, 6], style));
}
