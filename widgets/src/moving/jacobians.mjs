// A chain of Jacobians that grows: the axes of the ellipsoid onto which it
// maps the ball of radius 1, and the gradient that goes back along it.
import { announcer, element, shape } from "../element.mjs";
import { choice, sampleLine } from "./choices.mjs";
import { Player } from "./controls.mjs";
import {
  BLUE,
  BROWN,
  Drawing,
  INK,
  PALE,
  PURPLE,
  VERMILION,
  begin,
  formula,
  label,
  line,
  sentence,
  spoken,
} from "./drawing.mjs";

// The networks have the colours of figures/gradients.py.
const COLORS = {
  initial: PURPLE,
  large: BROWN,
  trained: BLUE,
  novel: VERMILION,
};
const [LOW, HIGH] = [-8, 6]; // decades of the axis
const [TOP, HEIGHT, LEFT] = [26, 250, 40];
const FOOT = TOP + HEIGHT;
const MIDDLE = { "text-anchor": "middle", class: "small" };

// Return the height of a number, by its decimal logarithm, in pixels.
export function heightOf(log) {
  const share = (HIGH - Math.min(Math.max(log, LOW), HIGH)) / (HIGH - LOW);
  return TOP + HEIGHT * share;
}

// Return the part of a curve that is within the axis, up to where it leaves.
export function inside(logs) {
  const end = logs.findIndex((log) => log < LOW || log > HIGH);
  return end < 0 ? logs : logs.slice(0, end);
}

// Write a number of which the decimal logarithm is known, such as 2.7 × 10^−23.
export function written(log) {
  const value = 10 ** log;
  if (log >= 3 || log < -2) {
    const [digits, exponent] = value.toExponential(1).split("e");
    return `${digits} × 10^${exponent.replace("-", "−").replace("+", "")}`;
  }
  return value.toFixed(Math.min(Math.max(1 - Math.floor(log), 0), 3));
}

function startJacobians(place, { ranks, networks }) {
  const names = Object.keys(networks);
  const last = networks[names[0]].gradient.length - 1;
  let name = names[0];
  let k = 0;
  choice(place, {
    name: "network",
    options: names,
    change(chosen) {
      name = chosen;
      show();
      announce(words());
    },
  });
  const drawing = new Drawing(place, draw);
  const facts = ["bound", "longest", "gradient"].map(() =>
    element("p", { className: "fact" }),
  );
  place.append(...facts);
  new Player(place, {
    name: "matrices, k",
    last,
    text: (frame) => `${frame}`,
    show(frame, isPlaying) {
      k = frame;
      show();
      if (!isPlaying) announce(words());
    },
  });
  const help = "Choose a network, and let the chain grow, matrix by matrix.";
  place.append(element("p", { className: "help" }, help));
  const announce = announcer(place);

  // How the bound, the longest axis, and the gradient are drawn.
  function looks() {
    const color = COLORS[name] ?? INK;
    return [
      { stroke: color, "stroke-dasharray": "6 4" },
      { "stroke-width": 1.6, "stroke-dasharray": "7 3 2 3" },
      { stroke: color, "stroke-width": 2.6 },
    ];
  }

  function values() {
    const { bound, gradient, axes } = networks[name];
    return [bound * k, axes[k][0], gradient[k]].map(written);
  }

  function words() {
    const [bound, longest, gradient] = values();
    return spoken(
      `The network ${name}, ${k} matrices in the chain: the bound is ` +
        `${bound}, the longest axis ${longest}, and the gradient ${gradient}.`,
    );
  }

  function draw(width) {
    const room = width < 500 ? 96 : 150; // for the axes of the ellipsoid
    const right = width - room;
    const end = right - 16; // of the curves
    const { bound, gradient, axes } = networks[name];
    const [dashed, dotted, thick] = looks();
    const x = (step) => LEFT + ((end - LEFT) * step) / last;
    const column = (i) => right + 10 + (i * (room - 24)) / (ranks.length - 1);
    const curve = (norms, look) => {
      const shown = inside(norms.slice(0, k + 1));
      return line(
        shown.flatMap((log, i) => [x(i), heightOf(log)]),
        look,
      );
    };
    const shapes = [
      ...drawGrid(width, right, end),
      ...ranks.map((rank, i) => label(column(i), FOOT + 16, rank, MIDDLE)),
      curve(
        gradient.map((_, i) => bound * i),
        dashed,
      ),
      curve(
        axes.map(([longest]) => longest),
        dotted,
      ),
      curve(gradient, thick),
      ...drawAxes(axes[k], column),
    ];
    for (let step = 0; step <= last; step += 10) {
      shapes.push(label(x(step), FOOT + 16, step, MIDDLE));
    }
    if (inside([gradient[k]]).length) {
      const y = heightOf(gradient[k]);
      shapes.push(
        shape("circle", { cx: x(k), cy: y, r: 4, fill: thick.stroke }),
        line([right, y, width - 4, y], thick),
      );
    }
    return { height: FOOT + 40, words: words(), shapes };
  }

  function show() {
    const named = ["bound s^k", "longest axis", "gradient"];
    for (const [i, value] of values().entries()) {
      const text = sentence(`${named[i]}: ${value}`);
      facts[i].replaceChildren(sampleLine(looks()[i]), ...text);
    }
    drawing.redraw();
  }

  show();
}

function drawGrid(width, right, end) {
  const shapes = [
    label(LEFT, 14, "norms so far", { class: "title" }),
    label(right, 14, "axes now", { class: "title" }),
    label((LEFT + end) / 2, FOOT + 33, "matrices", MIDDLE),
    label((right + width) / 2, FOOT + 33, "rank", MIDDLE),
  ];
  const thin = { stroke: PALE, "stroke-width": 0.8 };
  for (let decade = LOW; decade <= HIGH; decade += 2) {
    const y = heightOf(decade);
    const power = `10^${decade}`.replace("-", "−");
    shapes.push(
      formula(LEFT - 5, y + 4, power, { "text-anchor": "end" }),
      line([LEFT, y, end, y], thin),
      line([right, y, width - 4, y], thin),
    );
  }
  return shapes;
}

// Draw the axes by their ranks; those below the figure are at its foot, open.
function drawAxes(logs, column) {
  const points = logs.map((log, i) => [column(i), heightOf(log)]);
  const dots = points.map(([cx, cy], i) => {
    const fill = inside([logs[i]]).length ? INK : "white";
    return shape("circle", { cx, cy, r: 3.2, fill, stroke: INK });
  });
  return [line(points.flat(), { "stroke-width": 0.8 }), ...dots];
}

begin("jacobians", startJacobians);
