// Clipping in the plane: a gradient and a threshold that can be moved.
import { Slider } from "../controls.mjs";
import { element, svgElement } from "../elements.mjs";
import { start } from "../page.mjs";
import {
  END, MIDDLE, arrow, label, line, lineSwatch, swatch,
} from "../shapes.mjs";
import { HALO, MovingFigure } from "./figure.mjs";
import { formatNumber, formula } from "./formulas.mjs";

const ASPECT = 0.75; // of the plane: height by width
const BEFORE = { color: "var(--before)", width: 1.6, dash: "6 4" };
const AFTER = { color: "var(--after)", width: 2.4 };
const THIN = { width: 0.7 };
const INNER = 0.9; // the part of the plane where the handle may be
const STEP = 0.1; // of an arrow key
const MOVES = {
  ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP], ArrowDown: [0, -STEP],
};

// Clip a gradient of two components (eq-clip). Return its norm, the factor,
// and the clipped gradient.
export function clip([x, y], theta) {
  const norm = Math.hypot(x, y);
  const factor = Math.min(1, theta / norm);
  return { norm, factor, clipped: [factor * x, factor * y] };
}

const decimal = (value) => formatNumber(value, 2);
const pair = (point) => `(${point.map(decimal).join(", ")})`;

class Clipping extends MovingFigure {
  constructor(place, { gradients: [g, ...others], theta, reach }) {
    super(place);
    Object.assign(this, { g, others, reach, most: INNER * reach });
    this.addDrawing();
    this.addHandle();
    this.drawing.style.maxWidth = "30rem";
    const range = { min: 0.1, max: 1.7, step: 0.05, value: theta };
    const facts = { ...range, text: decimal };
    this.slider = new Slider("threshold θ", facts, () => this.update());
    place.append(this.slider.label);
    this.addHelp("Drag the round handle, or move it with the arrow keys.");
    this.show();
  }

  addHandle() {
    this.handle = element("button", {
      ...{ type: "button", className: "handle", role: "slider" },
      ...{ ariaLabel: "the gradient", ariaOrientation: "horizontal" },
      ...{ ariaValueMin: -this.most, ariaValueMax: this.most },
      onkeydown: (event) => this.moveByKey(event),
      onpointerdown: (event) => this.handle.setPointerCapture(event.pointerId),
      onpointermove: (event) => this.drag(event),
    });
    this.drawing.append(this.handle);
  }

  moveByKey(event) {
    const step = MOVES[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.moveTo([this.g[0] + step[0], this.g[1] + step[1]]);
  }

  drag({ pointerId, clientX, clientY }) {
    if (!this.handle.hasPointerCapture(pointerId)) return;
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    const [x, y] = [clientX - left - width / 2, top + height / 2 - clientY];
    this.moveTo([x, y].map((pixels) => (pixels * 2 * this.reach) / width));
  }

  // Move the gradient to the nearest point with room for the handle.
  moveTo([x, y]) {
    const clamp = (value, end) => Math.min(Math.max(value, -end), end);
    this.g = [clamp(x, this.most), clamp(y, ASPECT * this.most)];
    this.update();
  }

  listFacts() {
    const { norm, factor, clipped } = clip(this.g, this.slider.value);
    const after = `${pair(clipped)}, norm ${decimal(norm * factor)}`;
    return [
      [`before: ${pair(this.g)}, norm ${decimal(norm)}`, lineSwatch(BEFORE)],
      [`factor: min(1, θ / norm) = ${decimal(factor)}`, swatch()],
      [`after: ${after}`, lineSwatch(AFTER)],
    ];
  }

  describe() {
    const theta = this.slider.value;
    const side = Math.hypot(...this.g) > theta ? "outside" : "inside";
    const ball = `The gradient is ${side} the ball of radius ${decimal(theta)}`;
    return `${ball}; ${super.describe()}`;
  }

  draw(width) {
    const { g, reach, handle } = this;
    const theta = this.slider.value;
    const { clipped, norm } = clip(g, theta);
    const [x, y] = [width / 2, (ASPECT * width) / 2]; // of the origin
    const scale = width / (2 * reach);
    const at = (point) => [x + scale * point[0], y - scale * point[1]];
    const r = theta * scale;
    const side = r * Math.SQRT1_2;
    const fill = { fill: "var(--unclipped)", stroke: "var(--threshold)" };
    const [left, top] = at(g);
    Object.assign(handle.style, { left: `${left}px`, top: `${top}px` });
    handle.ariaValueNow = g[0].toFixed(2);
    handle.ariaValueText = `${pair(g)}, norm ${decimal(norm)}`;
    const shapes = [
      svgElement("circle", { cx: x, cy: y, r, ...fill }),
      line([8, y, width - 8, y], THIN),
      line([x, 4, x, 2 * y - 4], THIN),
      [-2, -1, 1, 2].map((value) => drawTick(value, at([value, 0]), scale)),
      formula(width - 10, y - 8, "g_1", END),
      formula(x + 8, 14, "g_2"),
      line([x, y, x - side, y + side], THIN),
      label(x - side - 6, y + side + 12, "θ", END),
      this.others.map((other) => [
        arrow([x, y, ...at(other)], { ...BEFORE, ...THIN }),
        arrow([x, y, ...at(clip(other, theta).clipped)], { ...AFTER, ...THIN }),
      ]),
      arrow([x, y, left, top], BEFORE),
      arrow([x, y, ...at(clipped)], AFTER),
    ];
    return { height: ASPECT * width, shapes };
  }
}

// Draw a tick of the horizontal axis.
function drawTick(value, [x, y], scale) {
  const style = { ...MIDDLE, ...HALO, class: "small" };
  const text = label(x, y + 15, formatNumber(value, 0), style);
  return [text, line([x, y + 0.04 * scale, x, y - 0.04 * scale])];
}

start("clipping", Clipping);
