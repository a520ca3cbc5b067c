// A cliff in a loss of two parameters, and two walkers on their way down from a
// start that a reader may drag: one unclipped, and one clipped.
import { element } from "../elements.mjs";
import { formatNumber, formatValue, roundValue } from "../numbers.mjs";
import { start } from "../page.mjs";
import { END, MIDDLE, label, line, swatch } from "../shapes.mjs";
import { Slider } from "../ui.mjs";
import { h, html } from "../vendor/preact.mjs";
import { HALO, MovingFigure } from "./figure.mjs";

const [LEFT, RIGHT, TOP, BOTTOM] = [34, 30, 26, 40]; // around the map
const TICKS = { w: [1, 1.2, 1.4, 1.6, 1.8], b: [-0.4, 0, 0.4, 0.8] };
const [COLUMNS, ROWS] = [80, 220]; // of points where its loss is computed
const DARKEST = 0.35; // of ink, so that paths are seen
const LEAST = 1e-3; // a loss that is grey
const VALLEY = { width: 1.2, dash: "1 3" };
const LOOKS = [
  { color: "var(--before)", width: 1.8, dash: "6 4", marks: "square" },
  { color: "var(--after)", width: 1.8, marks: "round" },
];

// Return the loss of a network with one unit, its derivatives by its weight and
// its bias, which run along with those of the state, and its error.
function lossAt({ first, target, depth }, [w, b]) {
  let [h, dw, db] = [first, 0, 0];
  for (let step = 0; step < depth; step++) {
    const next = Math.tanh(w * h + b);
    const slope = 1 - next * next;
    [h, dw, db] = [next, slope * (h + w * dw), slope * (1 + w * db)];
  }
  const error = h - target;
  return { error, loss: error * error, gradient: [2 * error * dw, 2 * error * db] };
}

// Return the points of a descent.
export function descend(data, from, lr, theta) {
  const points = [from];
  while (points.length < data.points) {
    const { gradient } = lossAt(data, points.at(-1));
    const factor = lr * Math.min(1, theta / Math.hypot(...gradient));
    points.push(points.at(-1).map((value, i) => value - factor * gradient[i]));
  }
  return points;
}

const power = (log) => roundValue(10 ** log);

// Return the function that maps one range onto another.
const scale = ([a, b], [c, d]) => (x) => c + ((d - c) * (x - a)) / (b - a);

class Cliff extends MovingFigure {
  constructor(place, data) {
    super(place);
    const { start: [w, b], lr, theta } = data; // see clipping.md
    const values = { w, b, theta: Math.log10(theta), lr: Math.log10(lr) };
    Object.assign(this, { data, values, map: paintMap(data), valley: findValley(data) });
    this.help = "Drag the start, and both walkers set out again.";
    this.show();
  }

  drawControls() {
    const along = ([min, max]) => ({ min, max, step: 0.005, text: (x) => formatNumber(x, 3) });
    const powers = { step: 0.05, text: (log) => String(power(log)) };
    const { w, b } = this.data;
    const ranges = {
      w: { name: "Weight w", ...along(w) },
      b: { name: "Bias b", ...along(b) },
      theta: { name: "Threshold θ", min: -1, max: 1.5, ...powers },
      lr: { name: "Learning rate", min: -2, max: 0, ...powers },
    };
    return Object.entries(ranges).map(([id, range]) =>
      html`<${Slider} ...${range} value=${this.values[id]}
        change=${(value) => this.set({ [id]: value })} />`);
  }

  set(change) {
    Object.assign(this.values, change);
    this.update();
  }

  // Let both walkers set out from a place on the map.
  drag(x, y) {
    const at = (axis, z, [least, most]) =>
      Math.min(most, Math.max(least, scale(axis, [least, most])(z)));
    const { w, b } = this.data;
    this.set({ w: at(this.across, x, w), b: at(this.up, y, b) });
  }

  // The paths of the two walkers, by their names.
  get paths() {
    const { w, b, ...logs } = this.values;
    const [theta, lr] = [logs.theta, logs.lr].map(power);
    return Object.entries({
      "no clipping": descend(this.data, [w, b], lr, Infinity),
      [`clipped to θ = ${theta}`]: descend(this.data, [w, b], lr, theta),
    });
  }

  listFacts() {
    const ranges = [this.data.w, this.data.b];
    const isOut = (value, i) => value < ranges[i][0] || value > ranges[i][1];
    return this.paths.map(([name, points], i) => {
      const steps = points.slice(1).map(([w, b], k) =>
        Math.hypot(w - points[k][0], b - points[k][1]));
      const longest = formatValue(Math.max(...steps));
      const loss = formatValue(lossAt(this.data, points.at(-1)).loss);
      const note = points.some((point) => point.some(isOut)) ? ", off the map" : "";
      const text = `${name}: longest step ${longest}, final loss ${loss}${note}`;
      return [text, swatch(...drawPath([[5, 6], [25, 6]], LOOKS[i]))];
    });
  }

  drawShapes(width) {
    const area = {
      ...{ x: LEFT, y: TOP, width: width - LEFT - RIGHT },
      height: width < 500 ? 250 : 300,
    };
    const [right, low] = [LEFT + area.width, TOP + area.height];
    Object.assign(this, { across: [LEFT, right], up: [low, TOP] });
    const x = scale(this.data.w, this.across);
    const y = scale(this.data.b, this.up);
    const viewBox = Object.values(area).join(" "); // what is beyond is cut
    const place = ([w, b]) => [x(w), y(b)];
    const paths = this.paths.map(([, path]) => path.map(place));
    const [cx, cy] = paths[0][0];
    const shapes = [
      h("image", { ...area, href: this.map, preserveAspectRatio: "none" }),
      line(this.valley.map(place).flat(), VALLEY),
      label(x(this.valley[0][0]) + 8, y(this.valley[0][1]) - 6, "valley: loss 0", HALO),
      h("svg", { ...area, viewBox }, paths.map((path, i) => drawPath(path, LOOKS[i]))),
      line([LEFT, TOP, LEFT, low, right, low]),
      TICKS.w.map((w) => label(x(w), low + 17, formatNumber(w, 1), MIDDLE)),
      TICKS.b.map((b) => label(LEFT - 6, y(b) + 4, formatNumber(b, 1), END)),
      label((LEFT + right) / 2, low + 35, "weight w", MIDDLE),
      label(0, 14, "bias b"),
      label(right, 14, "grey: high loss", END),
      h("circle", { cx, cy, r: 6 }),
      label(cx + 10, cy - 8, "start", HALO),
      h("circle", { cx, cy, r: 22, opacity: 0.1, class: "handle" }),
    ];
    return { height: low + BOTTOM, shapes };
  }
}

// Return the address of a picture, the greyer the higher the loss, on a
// logarithmic scale.
function paintMap(data) {
  const canvas = element("canvas", { width: COLUMNS, height: ROWS });
  const context = canvas.getContext("2d");
  const [w, b] = [scale([0, COLUMNS], data.w), scale([ROWS, 0], data.b)];
  const most = Math.log((1 + data.target) ** 2 / LEAST);
  for (let i = 0; i < COLUMNS * ROWS; i++) {
    const [x, y] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    const { loss } = lossAt(data, [w(x + 0.5), b(y + 0.5)]);
    context.globalAlpha = (DARKEST * Math.max(0, Math.log(loss / LEAST))) / most;
    context.fillRect(x, y, 1, 1);
  }
  return canvas.toDataURL();
}

// Return points, from the left to the right, where the loss is zero.
function findValley(data) {
  const [w, b] = [scale([0, COLUMNS], data.w), scale([ROWS, 0], data.b)];
  return Array.from({ length: COLUMNS + 1 }, (_, i) => {
    const isBelow = (j) => lossAt(data, [w(i), b(j)]).error < 0;
    let j = 0; // the top, where the state is beyond its target
    while (!isBelow(j)) j++;
    return [w(i), b(j)];
  });
}

// Draw a path with a mark at each point, a square or a disk.
function drawPath(points, look) {
  const d = points.map(([x, y]) => `M${x} ${y}h0`).join("");
  const style = { stroke: look.color, "stroke-width": 7, "stroke-linecap": look.marks };
  return [line(points.flat(), look), h("path", { d, ...style })];
}

start("cliff", Cliff);
