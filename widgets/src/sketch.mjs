// A curve that the reader draws, before that of the chapter is laid over it.
import { Chart, curvePoints, findPoint, readPoint } from "./chart.mjs";
import { Slider } from "./controls.mjs";
import { box, button, element, paragraph } from "./elements.mjs";
import { formatValue } from "./numbers.mjs";
import { start } from "./page.mjs";
import { line } from "./shapes.mjs";

const KNOTS = 25; // of the reader's curve
const AXIS = { least: 1, most: 100 };
const YOURS = { color: "var(--text)", width: 3, dash: "1 4" };
const SHOW = "Show what happened";

// Return knots with those set that lie between two points of a stroke. A point
// is a share of the axis and a value.
export function stroke(knots, [share, value], [nextShare, nextValue]) {
  const at = (x) => Math.max(0, Math.ceil(x * knots.length - 1e-9) - 1);
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
    this.chart = new Chart("Perplexity", AXIS);
    const { svg } = this.chart;
    svg.style.cssText = "touch-action: none; cursor: crosshair";
    svg.onpointerdown = (event) => {
      svg.setPointerCapture(event.pointerId);
      this.point = undefined;
      this.follow(event);
    };
    svg.onpointermove = (event) => this.follow(event);
    this.result = element("p", { role: "status" });
    place.append(
      paragraph("title", data.task),
      this.chart.place,
      paragraph("legend", `Dashed: ${data.known.name}.`),
      this.makeSliders(),
      box("buttons", button(SHOW, () => this.reveal())),
      this.result,
    );
    this.show();
    this.covered = document.getElementById(data.figure);
    if (this.covered) this.cover(); // there is none in a notebook
  }

  // Cover the figure until the reader has drawn, skips it, or follows a link.
  cover() {
    this.covered.classList.add("covered");
    const way = `Draw your guess above and press “${SHOW}” to see this figure.`;
    const now = button("Show it now", () => this.uncover());
    this.covered.prepend(box("interactive cover", paragraph("", way), now));
    const isLinked = () => location.hash === `#${this.covered.id}`;
    if (isLinked()) this.uncover();
    addEventListener("hashchange", () => {
      if (!isLinked()) return;
      this.uncover();
      this.covered.scrollIntoView(); // its height has changed
    });
  }

  uncover() {
    this.covered?.classList.remove("covered");
  }

  // Make a pen that is moved by the arrow keys.
  makeSliders() {
    const step = this.epochs / KNOTS;
    const power = { min: 0, max: 2, step: 0.05, value: 1.4 };
    const range = { min: step, max: this.epochs, step, value: step };
    const text = (x) => formatValue(10 ** x);
    const move = () => this.draw([epoch.value / this.epochs, 10 ** value.value]);
    const epoch = new Slider("epoch", { ...range, text: String }, move);
    const value = new Slider("your perplexity", { ...power, text }, move);
    return box("grid settings", epoch.label, value.label);
  }

  // Draw to where the pointer is.
  follow(event) {
    const { svg } = this.chart;
    if (!svg.hasPointerCapture(event.pointerId)) return;
    const next = readPoint(findPoint(svg, event), AXIS);
    this.draw(next, this.point);
    this.point = next;
  }

  draw(to, from = to) {
    if (this.shown.length > 0) return; // it is too late
    this.knots = stroke(this.knots, from, to);
    this.show();
  }

  show() {
    const { chart, knots, known, shown, epochs: longest } = this;
    chart.show({ longest, values: shown, others: [known] });
    const points = curvePoints(knots, KNOTS, AXIS).filter((_, i) => knots[i]);
    chart.svg.append(line(points.flat(), YOURS));
  }

  // Lay the curve of the chapter over the reader's, and uncover its figure.
  reveal() {
    this.shown = this.curve;
    this.show();
    this.uncover();
    const end = this.knots.findLast(Boolean);
    const yours = end ? `Your curve, dotted, ends at ${formatValue(end)}. ` : "";
    this.result.textContent = yours + this.surprise;
  }
}

start("sketch", Sketch);
