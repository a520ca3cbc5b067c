// A curve that the reader draws, before that of the chapter is laid over it.
import { Chart } from "./chart.mjs";
import { Slider } from "./controls.mjs";
import { box, button, element, paragraph } from "./elements.mjs";
import { followDrag } from "./keys.mjs";
import { formatValue } from "./numbers.mjs";
import { start } from "./page.mjs";

const KNOTS = 25; // of the reader's curve
const AXIS = { least: 1, most: 100, isFixed: true, margin: 12 };
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
    Object.assign(this, data, { place });
    this.chart = new Chart("Perplexity", AXIS);
    this.followPen(this.chart.svg);
    this.result = element("p", { role: "status" });
    const [show, clear] = [() => this.reveal(), () => this.clear()];
    place.append(
      paragraph("title", data.task),
      this.chart.place,
      paragraph("legend", `Dashed: ${data.known.name}. Draw, or tap from point to point.`),
      this.makeSliders(),
      box("buttons", button(SHOW, show), button("Clear", clear)),
      this.result,
    );
    this.clear();
    this.covered = document.getElementById(data.figure);
    if (this.covered) this.cover(); // there is none in a notebook
  }

  // Cover the figure until the reader has drawn, skips it, or follows a link.
  cover() {
    this.covered.classList.add("covered");
    const way = `Draw your guess above and press “${SHOW}” to see this figure.`;
    const now = button("Show it now", () => this.uncover());
    this.covered.prepend(box("interactive cover", paragraph("", way), now));
    const follow = () => {
      if (location.hash !== `#${this.covered.id}`) return;
      this.uncover();
      this.covered.scrollIntoView(); // its height has changed
    };
    addEventListener("hashchange", follow);
    follow();
  }

  uncover() {
    this.covered?.classList.remove("covered");
  }

  // Make a pen that is moved by the arrow keys.
  makeSliders() {
    const step = this.epochs / KNOTS;
    const power = { min: 0, max: 2, step: 0.02, value: 1.4 };
    const range = { min: step, max: this.epochs, step, value: step };
    const text = (x) => formatValue(10 ** x);
    const move = () => this.draw([epoch.value / this.epochs, 10 ** value.value]);
    const epoch = new Slider("Epoch", { ...range, text: String }, move);
    const value = new Slider("Your perplexity", { ...power, text }, move);
    Object.assign(this, { epoch, value });
    return box("grid", epoch.label, value.label);
  }

  // Draw where a pointer moves, or taps.
  followPen(svg) {
    let last;
    followDrag(svg, (event) => {
      const next = this.chart.read(event);
      this.draw(next, last);
      last = next;
    });
    svg.addEventListener("pointerdown", (event) => {
      last = this.chart.read(event);
    });
  }

  draw(to, from = to) {
    if (this.shown.length > 0) return; // it is too late
    this.knots = stroke(this.knots, from, to);
    this.epoch.value = to[0] * this.epochs;
    this.value.value = Math.log10(to[1]);
    this.show();
  }

  clear() {
    Object.assign(this, { knots: Array(KNOTS).fill(0), shown: [] });
    this.result.textContent = "";
    this.show();
  }

  show() {
    const { knots, known, shown: values, epochs: longest } = this;
    const points = knots.map((knot, i) => [((i + 1) * longest) / KNOTS, knot]);
    const guess = points.filter(([, knot]) => knot);
    this.chart.show({ longest, values, others: [known], guess });
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
