// A cliff in a loss of two parameters, and two walkers on their way down from a
// start that a reader may drag: one unclipped, and one clipped.
import { Slider } from "../controls.mjs";
import { box, element, svgElement } from "../elements.mjs";
import { formatNumber, formatValue, roundValue } from "../numbers.mjs";
import { start } from "../page.mjs";
import { END, MIDDLE, label, line, swatch } from "../shapes.mjs";
import { HALO, MovingFigure } from "./figure.mjs";

const [LEFT, RIGHT, TOP, BOTTOM] = [34, 30, 26, 40]; // around the map
const TICKS = { w: [1, 1.2, 1.4, 1.6, 1.8], b: [-0.4, 0, 0.4, 0.8] };
const [COLUMNS, ROWS] = [80, 220]; // of points where its loss is computed
const DARKEST = 0.35; // of ink, so that paths are seen
const LOOKS = [
  { color: "var(--before)", width: 1.8, dash: "6 4", marks: "square" },
  { color: "var(--after)", width: 1.8, marks: "round" },
];

// Return the loss of a network with one unit, and its derivatives by its weight
// and its bias: those of the state run along with it.
function lossAt({ first, target, depth }, [w, b]) {
  let [h, dw, db] = [first, 0, 0];
  for (let step = 0; step < depth; step++) {
    const next = Math.tanh(w * h + b);
    const slope = 1 - next * next;
    [h, dw, db] = [next, slope * (h + w * dw), slope * (1 + w * db)];
  }
  const error = h - target;
  return { loss: error * error, gradient: [2 * error * dw, 2 * error * db] };
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
    this.data = data; // see clipping.md
    this.addDrawing();
    const picture = `url(${paintMap(data)}) ${LEFT}px ${TOP}px no-repeat`;
    this.svg.style.background = picture;
    this.addSliders(data);
    this.letDrag((x, y) => {
      this.sliders[0].value = scale(this.across, data.w)(x);
      this.sliders[1].value = scale(this.up, data.b)(y);
      this.update();
    });
    this.addHelp("Drag the start, and both walkers set out again.");
    this.show();
  }

  addSliders({ start, w, b, theta, lr }) {
    const text = (value) => formatNumber(value, 3);
    const along = ([min, max]) => ({ min, max, step: 0.005, text });
    const powers = { step: 0.05, text: (log) => String(power(log)) };
    this.sliders = [
      ["Weight w", start[0], along(w)],
      ["Bias b", start[1], along(b)],
      ["Threshold θ", Math.log10(theta), { min: -1, max: 1.5, ...powers }],
      ["Learning rate", Math.log10(lr), { min: -2, max: 0, ...powers }],
    ].map(([name, value, range]) =>
      new Slider(name, { ...range, value }, () => this.update()));
    const labels = this.sliders.map((slider) => slider.label);
    this.place.append(box("buttons player", ...labels));
  }

  // The paths of the two walkers, by their names.
  get paths() {
    const [w, b, ...logs] = this.sliders.map((slider) => slider.value);
    const [theta, lr] = logs.map(power);
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

  draw(width) {
    const [w, h] = [width - LEFT - RIGHT, width < 500 ? 250 : 300];
    const [right, low] = [LEFT + w, TOP + h];
    Object.assign(this, { across: [LEFT, right], up: [low, TOP] });
    this.svg.style.backgroundSize = `${w}px ${h}px`;
    const x = scale(this.data.w, this.across);
    const y = scale(this.data.b, this.up);
    const area = { x: LEFT, y: TOP, width: w, height: h };
    const viewBox = Object.values(area).join(" "); // what is beyond is cut
    const paths = this.paths.map(([, path]) => path.map(([w, b]) => [x(w), y(b)]));
    const drawn = paths.flatMap((path, i) => drawPath(path, LOOKS[i]));
    const [cx, cy] = paths[0][0];
    const shapes = [
      svgElement("svg", { ...area, viewBox }, ...drawn),
      line([LEFT, TOP, LEFT, low, right, low]),
      TICKS.w.map((w) => label(x(w), low + 17, formatNumber(w, 1), MIDDLE)),
      TICKS.b.map((b) => label(LEFT - 6, y(b) + 4, formatNumber(b, 1), END)),
      label((LEFT + right) / 2, low + 35, "weight w", MIDDLE),
      label(0, 14, "bias b"),
      label(right, 14, "grey: high loss", END),
      svgElement("circle", { cx, cy, r: 6 }),
      label(cx + 10, cy - 8, "start", HALO),
      svgElement("circle", { cx, cy, r: 22, opacity: 0.1, class: "handle" }),
    ];
    return { height: low + BOTTOM, shapes };
  }
}

// Return the address of a picture, the greyer the higher the loss.
function paintMap(data) {
  const canvas = element("canvas", { width: COLUMNS, height: ROWS });
  const context = canvas.getContext("2d");
  const [w, b] = [scale([0, COLUMNS], data.w), scale([ROWS, 0], data.b)];
  for (let i = 0; i < COLUMNS * ROWS; i++) {
    const [x, y] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    const { loss } = lossAt(data, [w(x + 0.5), b(y + 0.5)]);
    context.globalAlpha = (DARKEST * loss) / (1 + data.target) ** 2;
    context.fillRect(x, y, 1, 1);
  }
  return canvas.toDataURL();
}

// Draw a path with a mark at each point, a square or a disk.
function drawPath(points, look) {
  const d = points.map(([x, y]) => `M${x} ${y}h0`).join("");
  const marks = svgElement("path", { d, stroke: look.color, "stroke-width": 7 });
  marks.style.strokeLinecap = look.marks;
  return [line(points.flat(), look), marks];
}

start("cliff", Cliff);
