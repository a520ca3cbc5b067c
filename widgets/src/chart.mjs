// A curve over the epochs, on a logarithmic axis, beside those of other runs. A
// reader may point at an epoch.
import { element, paragraph, svgElement } from "./elements.mjs";
import { formatValue, superscript } from "./numbers.mjs";
import { END, MIDDLE, label, line } from "./shapes.mjs";

const HEIGHT = 230; // of a drawing, in pixels
const [LEFT, TOP, BOTTOM] = [42, 8, HEIGHT - 22];
const BESIDE = 72; // for the names of lines across
const CURRENT = { className: "current", color: "var(--primary)", width: 2 };
const GUESS = { color: "var(--text)", width: 3, dash: "0 6" };
const HELD_OUT = { color: "var(--held-out)", width: 1.5, dash: "2 2" };
const OTHER = { className: "other", color: "var(--quiet)", width: 1.5 };
const DASHES = ["6 3", "2 3", "9 3 2 3", "12 4", "4 2"];
const LIMIT = { color: "var(--text)", dash: "2 3" };
const FLOOR = { color: "var(--quiet)", width: 0.8, dash: "1 3" };
const GRID = { color: "var(--border)", width: 0.6 };
const ROW = 12; // the height of a note
const LONG = 18; // characters of a name
const WIDE = 5.8; // the width of a character
const SHIFTS = [0, 1, 2, 3, 4, -1, -2, -3, -4].map((rows) => ROW * rows);

// Return the height of a value. What is too small for the axis is at its end;
// what is too large, or not a number, is above the drawing.
export function heightOf(value, { least, most }) {
  const number = value ?? NaN; // which JSON does not have
  const share = Math.log(number / least) / Math.log(most / least);
  if (!(share <= 1)) return TOP - HEIGHT;
  return TOP + (1 - Math.max(0, share)) * (BOTTOM - TOP);
}

// The axis of epochs ends at `longest`, which is at `right` in the drawing.
function pointAt([epoch, value], axis) {
  const x = LEFT + ((axis.right - LEFT) * epoch) / axis.longest;
  return [x, heightOf(value, axis)];
}

// Return the points of a curve. If there are many epochs, some are left out.
export function curvePoints(values, axis) {
  const every = Math.max(1, Math.floor(values.length / axis.right));
  return values
    .map((value, i) => pointAt([i + 1, value], axis))
    .filter((_, i) => i % every === 0 || i === values.length - 1);
}

// Return which share of the epochs, and which value, a point stands for.
export function readPoint([x, y], { least, most, right }) {
  const clamp = (share) => Math.min(1, Math.max(0, share));
  const height = clamp((BOTTOM - y) / (BOTTOM - TOP));
  return [clamp((x - LEFT) / (right - LEFT)), least * (most / least) ** height];
}

// Return the exponents of the powers of ten on an axis, or some of them.
export function exponents({ least, most }) {
  const [first, last] = [least, most].map((end) => Math.round(Math.log10(end)));
  const step = Math.ceil((last - first) / 6);
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, i) => first + step * i);
}

// Return an axis that goes as far as the values do, if they are finite.
export function fitAxis(axis, values) {
  const finite = values.filter((value) => value > 0 && value < Infinity);
  const least = finite.reduce((a, b) => Math.min(a, b), axis.least);
  const most = finite.reduce((a, b) => Math.max(a, b), axis.most);
  const power = (value, round) => 10 ** round(Math.log10(value));
  return { ...axis, least: power(least, Math.floor), most: power(most, Math.ceil) };
}

export class Chart {
  // The axis is from `least` to `most`, or as far as the values go, unless it
  // `isFixed`. There may be a margin at its right.
  constructor(title, axis) {
    Object.assign(this, { title, axis, width: 360 }); // until it is in a page
    this.svg = svgElement("svg", { height: HEIGHT, role: "img" });
    this.heading = paragraph("title", title);
    const facts = { className: "chart", ariaLabel: title };
    this.place = element("section", facts, this.heading, this.svg);
    new ResizeObserver(([{ contentRect }]) => {
      this.width = contentRect.width;
      this.show();
    }).observe(this.svg);
  }

  // Return which share of the epochs, and which value, the pointer is at.
  read({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    return readPoint([clientX - left, clientY - top], this.shown);
  }

  // Call `point` with the epoch that the reader points at.
  letPoint(point) {
    const { svg } = this;
    const follow = (event) =>
      point(Math.round(this.read(event)[0] * this.shown.longest));
    svg.onpointerdown = svg.onpointermove = follow;
    Object.assign(svg, { tabIndex: 0, role: "slider", ariaValueMin: 0 });
  }

  // Show a curve of `values` over `longest` epochs, or what was shown before.
  // There may be `others`, each with a name, a mark and values; points [epoch,
  // value] of `heldOut` text; a reader's `guess`; lines across, named by
  // `limits`; `marks` at epochs, each with a text; a note at an epoch; and an
  // epoch that is `pointed` at.
  show(facts = this.facts) {
    const { longest, values, others = [], heldOut = [], ...more } = facts;
    const { limits = {}, marks = [], guess = [], note, pointed } = more;
    const all = [...values, ...heldOut.map(([, value]) => value)];
    const fitted = fitAxis(this.axis, this.axis.isFixed ? [] : all);
    const right = this.width - (this.axis.margin ?? BESIDE);
    const axis = { ...fitted, longest, right };
    const place = (point) => pointAt(point, axis);
    const write = makeWriter(right);
    Object.assign(this, { facts, shown: axis });
    this.svg.replaceChildren(
      ...drawAxes(axis),
      ...drawLimits(limits, axis, write),
      ...drawNote(note, values, place, write),
      ...drawNamed(heldOut.map(place), HELD_OUT, nameHeldOut(facts), write),
      ...others.flatMap((other, i) => drawOther(other, i, axis, write)),
      ...marks.map(([epoch]) => across(place([epoch]), LIMIT)),
      ...marks.map(([epoch, text]) => write([place([epoch])[0], TOP], text)),
      ...drawNamed(curvePoints(values, axis), CURRENT, "", write),
      ...drawNamed(guess.map(place), GUESS, "", write),
      ...drawPointed(pointed, values, place),
    );
    this.svg.append(...this.svg.querySelectorAll(".small, .note")); // seen on curves
    const slider = { ariaValueMax: longest, ariaValueNow: pointed ?? values.length };
    if (this.svg.role === "slider") Object.assign(this.svg, slider);
    this.svg.ariaLabel = describeCurves(this.title, { values, others, heldOut });
  }
}

// Return a function that writes a text beside a point, on the side where there
// is room, and at a height where no other text is.
function makeWriter(right) {
  const taken = [];
  return ([x, y], text, className = "small") => {
    const width = WIDE * String(text).length;
    const fits = x + 3 + width <= right || x > right;
    const left = fits ? x + 3 : Math.max(LEFT, x - 3 - width);
    const isAt = (other) =>
      left <= other.left + other.width && other.left <= left + width;
    const isFree = (top) =>
      top >= TOP + ROW - 3 && top <= BOTTOM - 2 &&
      !taken.some((other) => isAt(other) && Math.abs(top - other.top) < ROW);
    const start = Math.max(y, TOP + ROW);
    const top = start + (SHIFTS.find((shift) => isFree(start + shift)) ?? 0);
    taken.push({ left, width, top });
    return label(left, top, text, { class: className });
  };
}

// Draw a curve and its name, which is at its end, or where it leaves.
function drawNamed(points, { className = "", ...style }, name, write) {
  const drawn = line([...points, ...points.slice(-1)].flat(), style); // a dot
  drawn.setAttribute("class", className);
  drawn.setAttribute("stroke-linecap", "round");
  const exit = points.find(([, y]) => y < 0);
  const text = exit ? `↑ ${name || "off the chart"}` : name;
  if (!text || points.length === 0) return [drawn];
  const [x, y] = exit ?? points.at(-1);
  return [drawn, write([x, y - 4], text)];
}

// Name the curve of held-out text by its value, at the epoch pointed at or last.
function nameHeldOut({ heldOut = [], pointed = Infinity }) {
  const [, value] = heldOut.findLast(([epoch]) => epoch <= pointed) ?? [];
  return `held out ${formatValue(value)}`;
}

// Draw another run, with its mark at the end.
function drawOther({ values, mark = "" }, i, axis, write) {
  const style = { ...OTHER, dash: DASHES[i % 5] };
  const points = curvePoints(values.slice(0, axis.longest), axis);
  const text = mark.length > LONG ? `${mark.slice(0, LONG)} …` : mark;
  return drawNamed(points, style, text, write);
}

function drawAxes(axis) {
  const { longest, right } = axis;
  const powers = exponents(axis).flatMap((exponent) => {
    const y = heightOf(10 ** exponent, axis);
    const isLong = Math.abs(exponent) > 3;
    const text = isLong ? `10${superscript(exponent)}` : 10 ** exponent;
    return [line([LEFT, y, right, y], GRID), label(LEFT - 6, y + 4, text, END)];
  });
  return [
    ...powers,
    label(LEFT, HEIGHT - 4, 0),
    label(right, HEIGHT - 4, longest, END),
    label((LEFT + right) / 2, HEIGHT - 4, "epoch", MIDDLE),
  ];
}

// Draw lines across, with their names and values beside them.
function drawLimits(limits, axis, write) {
  return Object.entries(limits).flatMap(([name, value]) => {
    if (!(value >= axis.least && value <= axis.most)) return [];
    const y = heightOf(value, axis);
    const across = line([LEFT, y, axis.right, y], FLOOR);
    const number = Number.isInteger(value) ? value : formatValue(value);
    return [across, write([axis.right + 2, y + 3], `${name} ${number}`)];
  });
}

function across([x], style) {
  return line([x, TOP, x, BOTTOM], style);
}

function drawPointed(epoch, values, place) {
  if (!epoch) return [];
  const [cx, cy] = place([epoch, values[epoch - 1]]);
  return [
    across([cx], { color: "var(--text)" }),
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
