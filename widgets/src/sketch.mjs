// A curve that the reader draws, before that of the chapter is laid over it.
import { Chart } from "./chart.mjs";
import { box, button, paragraph } from "./elements.mjs";
import { followDrag } from "./keys.mjs";
import { formatValue } from "./numbers.mjs";
import { start } from "./page.mjs";
import { Button, Slider } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";

const KNOTS = 25; // of the reader's curve
const AXIS = { least: 1, most: 100, isFixed: true, beside: 12 };
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

class Sketch extends Widget {
  constructor(place, data) {
    super(place);
    Object.assign(this, data, { step: data.epochs / KNOTS });
    this.clear();
    this.covered = document.getElementById(data.figure);
    if (this.covered) this.cover(); // there is none in a notebook
  }

  draw() {
    const { task, known, epochs: longest, step, pen, knots, shown } = this;
    const guess = knots.map((knot, i) => [(i + 1) * step, knot]).filter(([, knot]) => knot);
    const move = (change) => this.drawTo(Object.values({ ...pen, ...change }));
    const power = { min: 0, max: 2, step: 0.02, text: (x) => formatValue(10 ** x) };
    return html`
      <p class="title">${task}</p>
      <${Chart} title="Perplexity" axis=${AXIS} longest=${longest} values=${shown}
        others=${[known]} guess=${guess} follow=${(svg, read) => this.followPen(svg, read)} />
      <p class="legend">Dashed: ${known.name}. Draw, or tap from point to point.</p>
      <div class="grid">
        <${Slider} name="Epoch" min=${step} max=${longest} step=${step}
          value=${pen.epoch} text=${(epoch) => String(Math.round(epoch))}
          change=${(epoch) => move({ epoch })} />
        <${Slider} name="Your perplexity" ...${power} value=${Math.log10(pen.value)}
          change=${(x) => move({ value: 10 ** x })} />
      </div>
      <div class="buttons">
        <${Button} text=${SHOW} act=${() => this.reveal()} />
        <${Button} text="Clear" act=${() => this.clear()} />
      </div>
      <p role="status">${this.message}</p>`;
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
    this.listen(window, "hashchange", follow);
    follow();
  }

  uncover() {
    this.covered?.classList.remove("covered");
  }

  // Draw where a pointer moves, or taps.
  followPen(svg, read) {
    let last;
    followDrag(svg, (event) => {
      const next = read(event);
      this.drawTo(next, last);
      last = next;
    });
    svg.addEventListener("pointerdown", (event) => {
      last = read(event);
    });
  }

  drawTo(to, from = to) {
    if (this.shown.length > 0) return; // it is too late
    const share = ([epoch, value]) => [epoch / this.epochs, value];
    this.knots = stroke(this.knots, share(from), share(to));
    this.pen = { epoch: to[0], value: to[1] };
    this.show();
  }

  clear() {
    const pen = { epoch: this.step, value: 25 };
    Object.assign(this, { knots: Array(KNOTS).fill(0), shown: [], pen, message: "" });
    this.show();
  }

  // Lay the curve of the chapter over the reader's, and uncover its figure.
  reveal() {
    this.shown = this.curve;
    this.uncover();
    const end = this.knots.findLast(Boolean);
    const yours = end ? `Your curve, dotted, ends at ${formatValue(end)}. ` : "";
    this.message = yours + this.surprise;
    this.show();
  }
}

start("sketch", Sketch);
