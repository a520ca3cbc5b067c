// What the moving pictures share: the way into a page, shapes, and controls.
import { element, shape } from "../element.mjs";

// The colours of the figures and their roles, as in figures/style.py.
export const INK = "#222222";
export const MUTED = "#666666";
export const PALE = "#d9d9d9";
export const SKY = "#56b4e9";
export const BLUE = "#0072b2";
export const VERMILION = "#d55e00";
export const GREEN = "#7e9963";
export const PURPLE = "#c27ea0";
export const BROWN = "#703800";

// Start a picture wherever a page has data for it. The static picture stays
// if that fails, and on paper.
export function begin(name, start) {
  const scripts = `script.moving[data-name="${name}"]:not([data-begun])`;
  for (const script of globalThis.document?.querySelectorAll(scripts) ?? []) {
    const figure = script.closest("figure");
    const caption = figure.querySelector(":scope > figcaption");
    const place = element("div", { className: "moving-picture" });
    script.dataset.begun = "";
    place.role = "group";
    const title = caption?.querySelector(".caption-text") ?? caption;
    place.ariaLabel = `${title?.textContent ?? name}, to be moved`;
    dress();
    figure.insertBefore(place, caption);
    try {
      start(place, JSON.parse(script.textContent));
      figure.classList.add("moves");
    } catch (error) {
      place.remove();
      reportError(error);
    }
  }
}

// Add the style, once for all pictures of a page.
function dress() {
  if (!document.getElementById("moving-style")) {
    const style = element("style", { id: "moving-style" }, STYLE);
    document.head.append(style);
  }
}

export function rectangle(x, y, width, height, attributes) {
  return shape("rect", { x, y, width, height, ...attributes });
}

// A line through points, whose coordinates follow one another.
export function line(points, attributes) {
  const drawn = points.map((coordinate) => coordinate.toFixed(1)).join(" ");
  const usual = { points: drawn, fill: "none", stroke: INK };
  return shape("polyline", { ...usual, ...attributes });
}

export function label(x, y, text, attributes) {
  return shape("text", { x, y, ...attributes }, text);
}

// Text in which "dH_2" is a symbol with its index, and "W_hh^T" a transpose.
export function formula(x, y, text, attributes) {
  const made = label(x, y, "", attributes);
  let raised = 0;
  for (const [part, isScript, sign] of partsOf(text)) {
    const shift = isScript ? (sign === "^" ? -5 : 3) : 0;
    const style = isScript ? { "font-size": 11 } : {};
    const place = { dy: shift - raised, ...style };
    raised = shift;
    made.append(shape("tspan", place, part));
  }
  return made;
}

// The same for the text of a page.
export function sentence(text) {
  return partsOf(text).map(([part, isScript, sign]) =>
    isScript ? element(sign === "^" ? "sup" : "sub", {}, part) : part,
  );
}

// Take a text apart: what stands on the line, and indices and exponents.
function partsOf(text) {
  return text
    .split(/([_^][−A-Za-z0-9]+)/)
    .filter((part) => part)
    .map((part) =>
      /^[_^]/.test(part) ? [part.slice(1), true, part[0]] : [part, false, ""],
    );
}

// The text without marks of indices and exponents, to be read aloud.
export function spoken(text) {
  return partsOf(text)
    .map(([part, isScript, sign]) => {
      if (!isScript) return part;
      if (sign === "_") return ` ${part}`;
      return part === "T" ? " transposed" : ` to the power ${part}`;
    })
    .join("");
}

// A line with a head at its end.
export function arrow(points, { color = INK, width = 1, dash = "" } = {}) {
  const [fromX, fromY, x, y] = points.slice(-4);
  const angle = Math.atan2(y - fromY, x - fromX);
  const size = 5 + 2 * width;
  const corner = (turn, length) => [
    x - length * Math.cos(angle + turn),
    y - length * Math.sin(angle + turn),
  ];
  const shaft = [...points.slice(0, -2), ...corner(0, 0.8 * size)];
  const head = [...corner(0.4, size), x, y, ...corner(-0.4, size)];
  const look = { stroke: color, "stroke-width": width };
  return shape(
    "g",
    {},
    line(shaft, { ...look, "stroke-dasharray": dash }),
    line(head, { fill: color, stroke: color }),
  );
}

// A number with a given count of decimals, and a sign of minus.
export function number(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

// A drawing as wide as its place. `draw(width)` returns its height, what it
// shows in words, and its shapes.
export class Drawing {
  constructor(place, draw) {
    this.place = element("div", { className: "drawing" });
    this.svg = shape("svg", { role: "img" });
    this.draw = draw;
    this.place.append(this.svg);
    place.append(this.place);
    new ResizeObserver(() => {
      if (this.width !== this.place.clientWidth) this.redraw();
    }).observe(this.place);
  }

  redraw() {
    this.width = this.place.clientWidth;
    const width = this.width || 300; // it may be folded away
    const { height, words, shapes } = this.draw(width);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    this.svg.ariaLabel = words;
    this.svg.replaceChildren(...shapes);
  }
}
