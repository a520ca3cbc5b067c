// A curve that the reader draws, before that of the chapter is laid over it.
import { Chart, curvePoints, readPoint } from "./chart.mjs";
import { Slider, makeAnnouncer } from "./controls.mjs";
import { box, button, paragraph } from "./elements.mjs";
import { start } from "./page.mjs";
import { line } from "./shapes.mjs";

const KNOTS = 25; // of the reader's curve
const AXIS = { least: 1, most: 100 };
const YOURS = { color: "var(--text)", width: 3, dash: "1 4" };
const format = (value) => value.toPrecision(2);

// Return knots with those set that lie between two points of a stroke. A point
// is a share of the axis and a value.
export function stroke(knots, [share, value], [nextShare, nextValue]) {
  const at = (x) => Math.max(0, Math.ceil(x * knots.length) - 1);
  const [from, to] = [at(share), at(nextShare)];
  return knots.map((knot, i) => {
    if (i < Math.min(from, to) || i > Math.max(from, to)) return knot;
    const way = from === to ? 1 : (i - from) / (to - from);
    return value * (nextValue / value) ** way;
  });
}

class Sketch {
  constructor(place, data) {
    Object.assign(this, data, { place, knots: Array(KNOTS).fill(0), shown: [] });
    this.announce = makeAnnouncer(place);
    this.figure = document.getElementById(data.figure); // not in a notebook
    this.figure?.classList.add("covered");
    this.chart = new Chart("Perplexity", AXIS);
    const { svg } = this.chart;
    svg.style.cssText = "touch-action: none; cursor: crosshair";
    svg.onpointerdown = (event) => {
      svg.setPointerCapture(event.pointerId);
      this.point = undefined;
      this.follow(event);
    };
    svg.onpointermove = (event) => this.follow(event);
    this.result = paragraph("legend");
    this.button = button("Show what happened", () => this.reveal());
    place.append(
      paragraph("title", data.task),
      this.chart.place,
      this.addSliders(),
      box("buttons", this.button),
      this.result,
    );
    this.show();
  }

  addSliders() {
    const step = this.epochs / KNOTS;
    const range = { min: step, max: this.epochs, step, value: step };
    this.epoch = new Slider("epoch", { ...range, text: String }, () => {});
    const power = { min: 0, max: 2, step: 0.05, value: 1.4 };
    const text = (x) => format(10 ** x);
    const set = (x) => this.draw([this.epoch.value / this.epochs, 10 ** x]);
    this.value = new Slider("your perplexity there", { ...power, text }, set);
    return box("grid settings", this.epoch.label, this.value.label);
  }

  // Draw to where the pointer is.
  follow({ pointerId, clientX, clientY }) {
    const { svg } = this.chart;
    if (!svg.hasPointerCapture(pointerId)) return;
    const point = new DOMPoint(clientX, clientY);
    const { x, y } = point.matrixTransform(svg.getScreenCTM().inverse());
    const next = readPoint([x, y], AXIS);
    this.draw(next, this.point);
    this.point = next;
  }

  draw(to, from = to) {
    this.knots = stroke(this.knots, from, to);
    this.show();
  }

  show() {
    const { chart, knots, known, shown, epochs: longest } = this;
    const { name, values: previous } = known;
    chart.show({ longest, values: shown, previous, name });
    const points = curvePoints(knots, KNOTS, AXIS).filter((_, i) => knots[i]);
    chart.svg.append(line(points.flat(), { ...YOURS }));
  }

  // Lay the curve of the chapter over the reader's, and uncover its figure.
  reveal() {
    this.shown = this.curve;
    this.show();
    this.figure?.classList.remove("covered");
    this.button.disabled = true;
    const end = this.knots.findLast(Boolean);
    const yours = end ? `Your curve, dotted, ends at ${format(end)}. ` : "";
    this.result.textContent = yours + this.surprise;
    this.announce(this.result.textContent);
  }
}

start("sketch", Sketch);
