// A curve over the epochs, on a logarithmic axis, beside those of other runs. A
// reader may point at an epoch.
import { formatValue, superscript } from "./numbers.mjs";
import { END, MIDDLE, label, line, writeNames } from "./shapes.mjs";
import { useElement, useSize } from "./ui.mjs";
import { h, html, useRef } from "./vendor/preact.mjs";

const [LEFT, TOP, BELOW] = [34, 18, 34]; // around a drawing, in pixels
const BESIDE = 84; // for the names of lines across
const CURRENT = { color: "var(--primary)", width: 2 };
const GUESS = { color: "var(--text)", width: 3, dash: "0 6" };
const HELD_OUT = { color: "var(--held-out)", width: 1.5, dash: "2 2" };
const OTHER = { color: "var(--quiet)", width: 1.5 };
const DASHES = ["6 3", "2 3", "9 3 2 3", "12 4", "4 2"];
const MARK = { color: "var(--text)", dash: "2 3" };
const LIMIT = { color: "var(--quiet)", width: 0.8, dash: "1 3" };
const GRID = { color: "var(--border)", width: 0.6 };
const ROUND = { "stroke-linecap": "round" };
const ROW = 12; // the height of a note
const LONG = 18; // characters of a name
const WIDE = 5.8; // the width of a character
const SHIFTS = [0, 1, 2, 3, 4, -1, -2, -3, -4].map((rows) => ROW * rows);

// Return the height of a value. What is too small for the axis is at its end;
// what is too large, or not a number, is above the drawing.
export function heightOf(value, { least, most, bottom }) {
  const number = value ?? NaN; // which JSON does not have
  const share = Math.log(number / least) / Math.log(most / least);
  if (!(share <= 1)) return -TOP;
  return TOP + (1 - Math.max(0, share)) * (bottom - TOP);
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

// Return the epoch, which may be a fraction, and the value of a point.
export function readPoint([x, y], { least, most, longest, right, bottom }) {
  const clamp = (share) => Math.min(1, Math.max(0, share));
  const height = clamp((bottom - y) / (bottom - TOP));
  const epoch = longest * clamp((x - LEFT) / (right - LEFT));
  return [epoch, least * (most / least) ** height];
}

// Return the values that an axis names: powers of ten, or some of them, and
// 2 and 5 times them where there is room.
export function valuesOnAxis({ least, most }) {
  const decades = Math.log10(most / least);
  const step = Math.ceil(decades / 6);
  const factors = decades < 2.5 ? [1, 2, 5] : [1];
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const powers = Array.from({ length: 1 + Math.ceil(decades / step) }, (_, i) => first + step * i);
  return powers
    .flatMap((power) => factors.map((factor) => factor * 10 ** power))
    .filter((value) => value <= most * (1 + 1e-9));
}

// Return the epochs that an axis names: about four, and round.
export function epochsOnAxis(longest) {
  const power = 10 ** Math.floor(Math.log10(longest / 4));
  const step = Math.max(1, [1, 2, 5, 10].find((factor) => 5 * factor * power >= longest) * power);
  return Array.from({ length: 1 + Math.floor(longest / step) }, (_, i) => i * step);
}

// Return an axis that goes as far as the values do, if they are finite.
export function fitAxis(axis, values) {
  const finite = values.filter((value) => value > 0 && value < Infinity);
  const [low, high] = finite.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, 0]);
  const power = (value, round) => 10 ** round(Math.log10(value));
  return {
    ...axis,
    ...(low < axis.least && { least: power(low, Math.floor) }),
    ...(high > axis.most && { most: power(high, Math.ceil) }),
  };
}

// A chart of `values` over `longest` epochs. Its axis is from `least` to `most`,
// or as far as the values go, unless it `isFixed`; `beside` it is room for
// names. There may be `others`, each with a name and values; points [epoch,
// value] of `heldOut` text; a reader's `guess`; lines across, named by
// `limits`; `marks` at epochs, each with a text; a note at an epoch; and an
// epoch that is `pointed` at. `follow` is called with the drawing, and with a
// function that returns the epoch and the value that an event is at.
export function Chart({ title, heading = title, axis, follow, ...facts }) {
  const { longest, values, heldOut = [], pointed } = facts;
  const shown = useRef();
  const svg = useElement((element) => {
    const read = ({ clientX, clientY }) => {
      const { left, top } = element.getBoundingClientRect();
      return readPoint([clientX - left, clientY - top], shown.current);
    };
    follow?.(element, read);
  });
  const { width, height } = useSize(svg, { width: 360, height: 230 });
  const all = [...values, ...heldOut.map(([, value]) => value)];
  shown.current = {
    ...fitAxis(axis, axis.isFixed ? [] : all),
    ...{ longest, right: width - (axis.beside ?? BESIDE), bottom: height - BELOW },
  };
  const slider = axis.isPointed && {
    ...{ role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": longest },
    "aria-valuenow": pointed ?? values.length,
  };
  return html`<section class="chart" aria-label=${title}>
    <p class="title">${heading}</p>
    <svg role="img" aria-label=${describe(title, facts)} ref=${svg} ...${slider}>
      ${drawAll(facts, shown.current)}
    </svg>
  </section>`;
}

function drawAll(facts, axis) {
  const { values, others = [], heldOut = [], limits = {}, marks = [] } = facts;
  const { guess = [], note, pointed } = facts;
  const place = (point) => pointAt(point, axis);
  const { write, written } = makeWriter(axis);
  return [
    drawAxes(axis),
    drawLimits(limits, axis),
    drawNote(note, values, place, write),
    drawNamed(heldOut.map(place), HELD_OUT, nameHeldOut(facts), write),
    others.map((other, i) => drawOther(other, i, axis, write)),
    marks.map(([epoch, text]) => drawMark(place([epoch])[0], text, axis)),
    drawNamed(curvePoints(values, axis), CURRENT, "", write, "current"),
    drawNamed(guess.map(place), GUESS, "", write),
    drawPointed(pointed, values, place, axis),
    written, // it is seen on curves
  ];
}

// Return a function that writes a text beside a point, on the side where there
// is room, and at a height where no other text is; and all that it has written.
function makeWriter({ right, bottom }) {
  const [taken, written] = [[], []];
  const write = ([x, y], text, kind = "small") => {
    const width = WIDE * text.length;
    const left = x + 3 + width <= right ? x + 3 : Math.max(LEFT, x - 3 - width);
    const isAt = (other) =>
      left <= other.left + other.width && other.left <= left + width;
    const isFree = (top) =>
      top >= TOP + ROW - 3 && top <= bottom - 2 &&
      !taken.some((other) => isAt(other) && Math.abs(top - other.top) < ROW);
    const start = Math.max(y, TOP + ROW);
    const top = start + (SHIFTS.find((shift) => isFree(start + shift)) ?? 0);
    taken.push({ left, width, top });
    written.push(label(left, top, text, { class: kind }));
  };
  return { write, written };
}

// Draw a curve, and write its name at its end, or where it leaves.
function drawNamed(points, style, name, write, kind) {
  const exit = points.find(([, y]) => y < 0);
  const text = exit ? `↑ ${name || "off the chart"}` : name;
  const [x, y] = exit ?? points.at(-1) ?? [];
  if (text && points.length > 0) write([x, y - 4], text);
  const dotted = [...points, ...points.slice(-1)].flat(); // one point is a dot
  return line(dotted, style, { ...ROUND, class: kind });
}

// Name the curve of held-out text by its value, at the epoch pointed at or last.
function nameHeldOut({ heldOut = [], pointed = Infinity }) {
  const [, value] = heldOut.findLast(([epoch]) => epoch <= pointed) ?? [];
  return `held out ${formatValue(value)}`;
}

// Draw another run, with its name at the end.
function drawOther({ values, name }, i, axis, write) {
  const style = { ...OTHER, dash: DASHES[i % DASHES.length] };
  const points = curvePoints(values.slice(0, axis.longest), axis);
  const text = name.length > LONG ? `${name.slice(0, LONG)} …` : name;
  return drawNamed(points, style, text, write, "other");
}

function drawAxes(axis) {
  const { longest, right, bottom } = axis;
  const values = valuesOnAxis(axis).map((value) => {
    const y = heightOf(value, axis);
    const exponent = Math.round(Math.log10(value));
    const text = Math.abs(exponent) > 3 ? `10${superscript(exponent)}` : value;
    return [line([LEFT, y, right, y], GRID), label(LEFT - 6, y + 4, text, END)];
  });
  const epochs = epochsOnAxis(longest).map((epoch) => {
    const [x] = pointAt([epoch], axis);
    return [across(x, axis, GRID), label(x, bottom + 15, epoch, MIDDLE)];
  });
  const middle = (LEFT + right) / 2;
  return [values, epochs, label(middle, bottom + 30, "epoch", MIDDLE)];
}

// Draw lines across, with their names and values beside them.
function drawLimits(limits, axis) {
  const { least, most, right, bottom } = axis;
  const seen = Object.entries(limits).filter(([, value]) => value >= least && value <= most);
  const named = seen.map(([name, value]) => {
    const number = Number.isInteger(value) ? value : formatValue(value);
    return [`${name} ${number}`, heightOf(value, axis)];
  });
  const lines = named.map(([, y]) => line([LEFT, y, right, y], LIMIT));
  return [lines, writeNames(right + 2, named, bottom, () => ({ class: "small" }))];
}

function across(x, { bottom }, style) {
  return line([x, TOP, x, bottom], style);
}

function drawMark(x, text, axis) {
  return [across(x, axis, MARK), label(x, TOP - 4, text, MIDDLE)];
}

function drawPointed(epoch, values, place, axis) {
  if (!epoch) return [];
  const [cx, cy] = place([epoch, values[epoch - 1]]);
  const dot = { cx, cy, r: 5, fill: "var(--text)", class: "pointed" };
  return [across(cx, axis, { color: "var(--text)" }), h("circle", dot)];
}

// Write a note above the point of a curve that it is about.
function drawNote(note, values, place, write) {
  if (!note) return [];
  const [cx, cy] = place([note.epoch, values[note.epoch - 1]]);
  write([cx, cy - 9], note.text, "note");
  return h("circle", { cx, cy, r: 4, fill: "var(--text)" });
}

function describe(title, { values, others = [], heldOut = [] }) {
  const tell = (curve) => {
    if (curve.length === 0) return "no epoch yet";
    const [start, end] = [curve[0], curve.at(-1)].map(formatValue);
    return `from ${start} to ${end} in ${curve.length} epochs`;
  };
  const rest = others.map(({ name, values }) => ` ${name}: ${tell(values)}.`);
  const last = heldOut.at(-1)?.[1];
  const other = last ? ` Of held-out text: ${formatValue(last)}.` : "";
  return `${title}: ${tell(values)}.${other}${rest.join("")}`;
}
