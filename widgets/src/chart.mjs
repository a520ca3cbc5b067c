// A curve over the epochs, on a logarithmic axis, beside that of another run.
import { element, paragraph, svgElement } from "./elements.mjs";
import { label, line } from "./shapes.mjs";

const [WIDTH, HEIGHT] = [320, 190];
const [LEFT, RIGHT, TOP, BOTTOM] = [40, WIDTH - 8, 8, HEIGHT - 34];
const MIDDLE = { "text-anchor": "middle" };
const END = { "text-anchor": "end" };
const HALO = {
  "paint-order": "stroke",
  stroke: "var(--background)",
  "stroke-width": 3,
};
const CURRENT = { color: "var(--primary)", width: 2 };
const PREVIOUS = { color: "var(--quiet)", width: 1.5, dash: "5 3" };
const LIMIT = { color: "var(--text)", dash: "2 3" };
const GRID = { color: "var(--border)", width: 0.6 };

// Return the height of a value. What is off the axis, or not a number, is at
// an end of it.
export function heightOf(value, { least, most }) {
  const share = Math.log(value / least) / Math.log(most / least);
  const inside = Number.isNaN(share) ? 1 : Math.min(1, Math.max(0, share));
  return TOP + (1 - inside) * (BOTTOM - TOP);
}

// Return the points of a curve on an axis of `longest` epochs. If there are
// many epochs, some are left out.
export function curvePoints(values, longest, axis) {
  if (values.length === 1) values = [values[0], values[0]]; // a dot
  const step = (RIGHT - LEFT) / longest;
  const every = Math.max(1, Math.floor(values.length / WIDTH));
  return values
    .map((value, i) => [LEFT + (i + 1) * step, heightOf(value, axis)])
    .filter((_, i) => i % every === 0 || i === values.length - 1);
}

// Return which share of the epochs, and which value, a point stands for.
export function readPoint([x, y], { least, most }) {
  const clamp = (share) => Math.min(1, Math.max(0, share));
  const height = clamp((BOTTOM - y) / (BOTTOM - TOP));
  return [clamp((x - LEFT) / (RIGHT - LEFT)), least * (most / least) ** height];
}

// Return the exponents of the powers of ten on an axis.
export function exponents({ least, most }) {
  const [first, last] = [least, most].map((end) => Math.round(Math.log10(end)));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

export class Chart {
  constructor(title, axis) {
    Object.assign(this, { title, axis });
    const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" };
    this.svg = svgElement("svg", box);
    this.legend = paragraph("legend");
    const facts = { className: "chart", ariaLabel: title };
    const heading = paragraph("title", title);
    this.place = element("section", facts, heading, this.svg, this.legend);
  }

  // Show the curve of a run, and that of a previous run, which has a name. A
  // `limit` on the axis is a line.
  show({ longest, values, previous, name, limit }) {
    const { axis, title } = this;
    const curve = (points, style, className) => {
      const drawn = line(curvePoints(points, longest, axis).flat(), style);
      drawn.setAttribute("class", className);
      drawn.setAttribute("stroke-linecap", "round");
      return drawn;
    };
    this.svg.replaceChildren(
      ...drawAxes(longest, axis),
      ...drawLimit(limit, axis),
      curve(previous, PREVIOUS, "previous"),
      curve(values, CURRENT, "current"),
    );
    this.svg.ariaLabel = describeCurves(title, values, previous, name);
    const isOff = values.some((value) => !(value <= axis.most));
    const off = isOff ? "Along the upper edge, it is off the chart. " : "";
    const dashed = previous.length > 0 ? `Dashed: ${name}.` : "";
    this.legend.textContent = off + dashed;
  }
}

function drawAxes(longest, axis) {
  const powers = exponents(axis).flatMap((exponent) => {
    const y = heightOf(10 ** exponent, axis);
    const text = label(LEFT - 6, y + 4, 10 ** exponent, END);
    return [line([LEFT, y, RIGHT, y], GRID), text];
  });
  return [
    ...powers,
    label(LEFT, BOTTOM + 16, 0),
    label(RIGHT, BOTTOM + 16, longest, END),
    label((LEFT + RIGHT) / 2, BOTTOM + 30, "epoch", MIDDLE),
  ];
}

function drawLimit(limit, axis) {
  if (!(limit >= axis.least && limit <= axis.most)) return [];
  const y = heightOf(limit, axis);
  const name = label(LEFT + 4, y - 4, "θ", HALO);
  return [line([LEFT, y, RIGHT, y], LIMIT), name];
}

function describeCurves(title, values, previous, name) {
  const describe = (curve) => {
    if (curve.length === 0) return "no epoch yet";
    const [start, end] = [curve[0], curve.at(-1)].map((x) => x.toPrecision(3));
    return `from ${start} to ${end} in ${curve.length} epochs`;
  };
  const own = `${title}: ${describe(values)}.`;
  return previous.length === 0 ? own : `${own} ${name}: ${describe(previous)}.`;
}
