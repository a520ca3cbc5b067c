// A chain of Jacobians that grows: the axes of the ellipsoid onto which it
// maps the ball of radius 1, and the gradient that flows back along it.
import { makeChoice, nameRow } from "../choice.mjs";
import { svgElement } from "../elements.mjs";
import { formatNumber, formatPower } from "../numbers.mjs";
import { start } from "../page.mjs";
import { END, MIDDLE, label, line, lineSwatch } from "../shapes.mjs";
import { HALO, MovingFigure } from "./figure.mjs";
import { formula } from "./formulas.mjs";
import { Player } from "./player.mjs";

const [LOW, HIGH] = [-8, 6]; // decades of the axis
const [TOP, HEIGHT, LEFT] = [26, 250, 40]; // of the axis, in pixels
const BOTTOM = TOP + HEIGHT;
const LONGEST = { width: 1.6, dash: "7 3 2 3" };
const SMALL = { ...MIDDLE, class: "small" };
const ROOM = 8; // steps that a name may need

// Return the height of a number, by its decimal logarithm, in pixels.
export function heightOf(log) {
  const share = (HIGH - Math.min(Math.max(log, LOW), HIGH)) / (HIGH - LOW);
  return TOP + HEIGHT * share;
}

const isVisible = (log) => log >= LOW && log <= HIGH;

// Return the part of a curve before it leaves the axis.
export function visiblePart(logs) {
  const end = logs.findIndex((log) => !isVisible(log));
  return end < 0 ? logs : logs.slice(0, end);
}

// Write a norm that is given by its decimal logarithm.
export function formatNorm(log) {
  const value = 10 ** log;
  if (log >= 3 || log < -2) return formatPower(value, 1);
  return value.toFixed(Math.min(Math.max(1 - Math.floor(log), 0), 3));
}

class Jacobians extends MovingFigure {
  constructor(place, { ranks, networks }) {
    super(place);
    Object.assign(this, { ranks, networks });
    this.names = Object.keys(networks);
    this.choice = this.names.at(-1);
    const { row, press } = makeChoice(this.names, (choice) => {
      this.choice = choice;
      this.update();
    });
    press(this.choice);
    place.append(nameRow(row, "Network"));
    this.last = this.network.gradient.length - 1;
    this.addDrawing();
    this.player = new Player(this, "Matrices k", this.last, 290, String);
    this.addHelp("Choose a network, and drag across the drawing.");
    this.show();
  }

  get network() {
    return this.networks[this.choice];
  }

  // The styles of the bound, the longest axis, and the gradient.
  get styles() {
    const color = colorOf(this.choice);
    return [{ color, dash: "6 4" }, LONGEST, { color, width: 2.6 }];
  }

  listFacts() {
    const { bound, gradient, axes } = this.network;
    const k = this.frame;
    const names = ["bound s^k", "longest axis", "gradient"];
    const facts = [bound * k, axes[k][0], gradient[k]].map((log, i) => [
      `${names[i]}: ${formatNorm(log)}`,
      lineSwatch(this.styles[i]),
    ]);
    const ends = this.names.map((name) => {
      const end = this.networks[name].gradient.at(-1);
      return `${name}\u00a0${formatNorm(end)}`;
    });
    return [...facts, [`gradients at the end: ${ends.join(", ")}`, lineSwatch()]];
  }

  describe() {
    const chain = `The network ${this.choice}, ${this.frame} matrices`;
    return `${chain}; ${super.describe()}`;
  }

  draw(width) {
    const { ranks, last, frame: k } = this;
    const room = width < 500 ? 112 : 150; // for the axes of the ellipsoid
    const right = width - room;
    const end = right - 16; // of the curves
    this.extent = [LEFT, end];
    const x = (step) => LEFT + ((end - LEFT) * step) / last;
    const column = (i) => right + 10 + (i * (room - 24)) / (ranks.length - 1);
    const { gradient, axes } = this.network;
    const log = gradient[k];
    const y = heightOf(log);
    const style = this.styles[2];
    const dot = { cx: x(k), cy: y, r: 4, fill: style.color };
    const shapes = [
      drawGrid(width, right, end),
      ranks.map((rank, i) => label(column(i), BOTTOM + 16, rank, SMALL)),
      this.drawCurves(x),
      this.names.map((name) => this.drawGhost(name, x)),
      drawAxes(axes[k], column),
      gradient.map((_, step) =>
        step % 10 === 0 && label(x(step), BOTTOM + 16, step, SMALL)),
      isVisible(log) && svgElement("circle", dot),
      isVisible(log) && line([right, y, width - 4, y], style),
    ];
    return { height: BOTTOM + 40, shapes };
  }

  // Draw the whole gradient of a network, thin, with its name at the end.
  drawGhost(name, x) {
    const { gradient } = this.networks[name];
    const visible = visiblePart(gradient);
    const ys = visible.map(heightOf);
    const end = x(ys.length - 1);
    const isWhole = ys.length === gradient.length;
    const isChosen = name === this.choice;
    const near = ys.slice(-ROOM);
    const beside = isChosen ? Math.max(...near) + 17 : Math.min(...near) - 5;
    const left = Math.max(end - 14, LEFT + 46); // clear of the axis
    const place = isWhole ? [end, beside] : [left, ys.at(-1) - 3];
    const style = { ...END, ...HALO, class: isChosen ? "title" : "" };
    return [
      line(ys.flatMap((y, k) => [x(k), y]), { color: colorOf(name), width: 1.2 }),
      label(...place, name, style),
    ];
  }

  drawCurves(x) {
    const { bound, gradient, axes } = this.network;
    const bounds = gradient.map((_, i) => bound * i);
    const longest = axes.map(([first]) => first);
    return [bounds, longest, gradient].map((logs, i) => {
      const visible = visiblePart(logs.slice(0, this.frame + 1));
      const points = visible.flatMap((log, step) => [x(step), heightOf(log)]);
      return line(points, this.styles[i]);
    });
  }
}

function colorOf(network) {
  return `var(--network-${network}, var(--ink))`;
}

function drawGrid(width, right, end) {
  const thin = { color: "var(--pale)", width: 0.8 };
  const shapes = [
    label(LEFT, 14, "norms so far", { class: "title" }),
    label(right, 14, "axes now", { class: "title" }),
    label((LEFT + end) / 2, BOTTOM + 33, "matrices", SMALL),
    label((right + width) / 2, BOTTOM + 33, "rank", SMALL),
  ];
  for (let decade = LOW; decade <= HIGH; decade += 2) {
    const y = heightOf(decade);
    const power = `10^${formatNumber(decade, 0)}`;
    shapes.push(formula(LEFT - 5, y + 4, power, END));
    shapes.push(line([LEFT, y, end, y], thin));
    shapes.push(line([right, y, width - 4, y], thin));
  }
  return shapes;
}

// Draw the axes by their ranks; those below the figure are at its bottom, open.
function drawAxes(logs, column) {
  const points = logs.map((log, i) => [column(i), heightOf(log)]);
  const dots = points.map(([cx, cy], i) => {
    const fill = isVisible(logs[i]) ? "var(--ink)" : "white";
    return svgElement("circle", { cx, cy, r: 3.2, fill, stroke: "var(--ink)" });
  });
  return [line(points.flat(), { width: 0.8 }), dots];
}

start("jacobians", Jacobians);
