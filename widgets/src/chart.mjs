// A curve over the epochs, on a logarithmic axis, beside those of other runs. A
// reader may point at an epoch.
import { element, paragraph, svgElement } from "./elements.mjs";
import { formatValue, superscript } from "./numbers.mjs";
import { END, MIDDLE, label, line } from "./shapes.mjs";

const [WIDTH, HEIGHT] = [320, 190];
const [LEFT, RIGHT, TOP, BOTTOM] = [40, WIDTH - 66, 8, HEIGHT - 34];
const HALO = {
  "paint-order": "stroke",
  stroke: "var(--background)",
  "stroke-width": 3,
};
const CURRENT = { color: "var(--primary)", width: 2 };
const HELD_OUT = { color: "var(--held-out)", width: 1.5, dash: "2 2" };
const OTHERS = ["6 3", "2 3", "9 3 2 3", "12 4", "4 2"]; // dashes
const LIMIT = { color: "var(--text)", dash: "2 3" };
const FLOOR = { color: "var(--quiet)", width: 0.8, dash: "1 3" };
const GRID = { color: "var(--border)", width: 0.6 };
const POINTED = { color: "var(--text)", width: 1 };
const ROW = 11; // the height of a text
const LONG = 18; // characters of a name
const WIDE = 5.4; // the width of a character
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((rows) => ROW * rows);

// Return the height of a value. What is too small for the axis is at its end;
// what is too large, or not a number, is above the drawing.
export function heightOf(value, { least, most }) {
  const share = Math.log(value / least) / Math.log(most / least);
  if (!(share <= 1)) return TOP - HEIGHT;
  return TOP + (1 - Math.max(0, share)) * (BOTTOM - TOP);
}

function pointAt(epoch, value, longest, axis) {
  return [LEFT + ((RIGHT - LEFT) * epoch) / longest, heightOf(value, axis)];
}

// Return the points of a curve on an axis of `longest` epochs. If there are
// many epochs, some are left out.
export function curvePoints(values, longest, axis) {
  if (values.length === 1) values = [values[0], values[0]]; // a dot
  const every = Math.max(1, Math.floor(values.length / WIDTH));
  return values
    .map((value, i) => pointAt(i + 1, value, longest, axis))
    .filter((_, i) => i % every === 0 || i === values.length - 1);
}

// Return which share of the epochs, and which value, a point stands for.
export function readPoint([x, y], { least, most }) {
  const clamp = (share) => Math.min(1, Math.max(0, share));
  const height = clamp((BOTTOM - y) / (BOTTOM - TOP));
  return [clamp((x - LEFT) / (RIGHT - LEFT)), least * (most / least) ** height];
}

// Return where in a drawing a pointer is.
export function findPoint(svg, { clientX, clientY }) {
  const point = new DOMPoint(clientX, clientY);
  const { x, y } = point.matrixTransform(svg.getScreenCTM().inverse());
  return [x, y];
}

// Return the exponents of the powers of ten on an axis, or some of them.
export function exponents({ least, most }) {
  const [first, last] = [least, most].map((end) => Math.round(Math.log10(end)));
  const step = Math.ceil((last - first) / 6);
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, i) => first + step * i);
}

// Return an axis that goes as far as the values do, if they are finite.
export function fitAxis({ least, most }, values) {
  const powers = values
    .filter((value) => value > 0 && value < Infinity)
    .map((value) => Math.log10(value));
  const [low, high] = [[least, Math.min], [most, Math.max]].map(([end, pick]) =>
    powers.reduce((a, b) => pick(a, b), Math.log10(end)),
  );
  return { least: 10 ** Math.floor(low), most: 10 ** Math.ceil(high) };
}

export class Chart {
  // The axis is from `least` to `most`, or as far as the values go.
  constructor(title, axis) {
    Object.assign(this, { title, axis });
    const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" };
    this.svg = svgElement("svg", box);
    this.heading = paragraph("title", title);
    const facts = { className: "chart", ariaLabel: title };
    this.place = element("section", facts, this.heading, this.svg);
  }

  // Call `point` with the epoch that the reader points at, and with null when
  // the pointer has left.
  letPoint(point) {
    const { svg } = this;
    this.point = point;
    const follow = (event) => {
      const [share] = readPoint(findPoint(svg, event), this.axis);
      point(Math.round(share * this.longest));
    };
    svg.style.cssText = "touch-action: pan-y; cursor: crosshair";
    svg.onpointerdown = svg.onpointermove = follow;
    svg.onpointerleave = ({ pointerType }) => {
      if (pointerType === "mouse") point(null);
    };
    Object.assign(svg, { tabIndex: 0, role: "slider", ariaValueMin: 0 });
  }

  // Show a curve of `values` over `longest` epochs. There may be `others`, each
  // with a name, a mark and values; points [epoch, value] of `heldOut` text;
  // lines across, named by `limits`; `marks` at epochs, each with a text; a
  // note at an epoch; and an epoch that is `pointed` at.
  show({ longest, values, ...more }) {
    const { others = [], heldOut = [], limits = {}, marks = [], note } = more;
    const all = [...values, ...heldOut.map(([, value]) => value)];
    const axis = fitAxis(this.axis, all);
    const place = ([epoch, value]) => pointAt(epoch, value, longest, axis);
    const write = makeWriter();
    this.longest = longest;
    this.svg.replaceChildren(
      ...drawAxes(longest, axis),
      ...drawLimits(limits, axis, write),
      ...drawNote(note, values, place, write),
      ...drawHeldOut(heldOut.map(place), write),
      ...others.flatMap((o, i) => drawOther(o, i, longest, axis, write)),
      ...marks.map(([epoch]) => across(place([epoch]), LIMIT)),
      ...marks.map(([epoch, text]) => write([place([epoch])[0], TOP + 10], text)),
      curve(curvePoints(values, longest, axis), CURRENT, "current"),
      ...drawPointed(more.pointed, values, place),
    );
    const at = more.pointed ?? values.length;
    const slider = { ariaValueMax: longest, ariaValueNow: at };
    if (this.point) Object.assign(this.svg, slider);
    this.svg.ariaLabel = describeCurves(this.title, { values, others, heldOut });
  }
}

// Return a function that writes a text beside a point, on the side where there
// is room, and at a height where no other text is.
function makeWriter() {
  const taken = [];
  return ([x, y], text, className = "small") => {
    const width = WIDE * String(text).length;
    const fits = x + 3 + width <= RIGHT || x > RIGHT;
    const left = fits ? x + 3 : Math.max(LEFT, x - 3 - width);
    const isFree = (top) =>
      top >= TOP + ROW - 3 &&
      top <= BOTTOM - 2 &&
      taken.every(
        (other) =>
          left > other.left + other.width ||
          left + width < other.left ||
          Math.abs(top - other.top) >= ROW,
      );
    const top = y + (SHIFTS.find((shift) => isFree(y + shift)) ?? 0);
    taken.push({ left, width, top });
    return label(left, top, text, { ...HALO, class: className });
  };
}

function curve(points, style, className) {
  const drawn = line(points.flat(), style);
  drawn.setAttribute("class", className);
  drawn.setAttribute("stroke-linecap", "round");
  return drawn;
}

// Draw another run, with its mark at the end.
function drawOther({ values, mark = "" }, i, longest, axis, write) {
  const style = { color: "var(--quiet)", width: 1.5, dash: OTHERS[i % 5] };
  const points = curvePoints(values.slice(0, longest), longest, axis);
  const [x, y] = points.at(-1) ?? [0, 0];
  const text = mark.length > LONG ? `${mark.slice(0, LONG)} …` : mark;
  return [curve(points, style, "other"), write([x, y - 3], text)];
}

function drawHeldOut(points, write) {
  if (points.length === 0) return [];
  const [x, y] = points.at(-1);
  return [curve(points, HELD_OUT, "held-out"), write([x, y - 4], "held out")];
}

function drawAxes(longest, axis) {
  const powers = exponents(axis).flatMap((exponent) => {
    const y = heightOf(10 ** exponent, axis);
    const isLong = Math.abs(exponent) > 3;
    const text = isLong ? `10${superscript(exponent)}` : 10 ** exponent;
    return [line([LEFT, y, RIGHT, y], GRID), label(LEFT - 6, y + 4, text, END)];
  });
  return [
    ...powers,
    label(LEFT, BOTTOM + 16, 0),
    label(RIGHT, BOTTOM + 16, longest, END),
    label((LEFT + RIGHT) / 2, BOTTOM + 30, "epoch", MIDDLE),
  ];
}

// Draw lines across, with their names beside them.
function drawLimits(limits, axis, write) {
  return Object.entries(limits).flatMap(([name, value]) => {
    if (!(value >= axis.least && value <= axis.most)) return [];
    const y = heightOf(value, axis);
    return [line([LEFT, y, RIGHT, y], FLOOR), write([RIGHT + 2, y + 3], name)];
  });
}

// Draw a line across, at an epoch.
function across([x], style) {
  return line([x, TOP, x, BOTTOM], style);
}

// Draw the epoch that the reader points at.
function drawPointed(epoch, values, place) {
  if (!epoch) return [];
  const [cx, cy] = place([epoch, values[epoch - 1]]);
  return [
    across([cx], POINTED),
    svgElement("circle", { cx, cy, r: 5, fill: "var(--text)", class: "pointed" }),
  ];
}

// Write a note beside the point of a curve that it is about.
function drawNote(note, values, place, write) {
  if (!note) return [];
  const [cx, cy] = place([note.epoch, values[note.epoch - 1]]);
  const y = cy + (cy < (TOP + BOTTOM) / 2 ? 28 : -28);
  return [
    svgElement("circle", { cx, cy, r: 4, fill: "var(--text)" }),
    write([cx, y], note.text, "note"),
  ];
}

function describeCurves(title, { values, others, heldOut }) {
  const describe = (curve) => {
    if (curve.length === 0) return "no epoch yet";
    const [start, end] = [curve[0], curve.at(-1)].map(formatValue);
    return `from ${start} to ${end} in ${curve.length} epochs`;
  };
  const rest = others.map(({ name, values }) => ` ${name}: ${describe(values)}.`);
  const last = heldOut.at(-1)?.[1];
  const other = last ? ` Of held-out text: ${formatValue(last)}.` : "";
  return `${title}: ${describe(values)}.${other}${rest.join("")}`;
}
