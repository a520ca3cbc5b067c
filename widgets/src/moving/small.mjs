// The small network of the pages. A reader lets it read, drags its weights,
// sends it downhill, or follows a gradient back.
import { formatNumber, percent } from "../numbers.mjs";
import { start } from "../page.mjs";
import { descend, differentiate, losses, run } from "../small_network.mjs";
import { Button, Choice, Select, Slider } from "../ui.mjs";
import { html } from "../vendor/preact.mjs";
import { MovingFigure } from "./figure.mjs";
import { explain, firstFrame, makeFrames } from "./frames.mjs";
import { Steps, short } from "./step.mjs";

const LR = 0.1;
const MOST = 3; // as great as a weight can be made
const PIXELS = 200; // by which a weight is dragged to rise by 1
const UNITS = ["unit 1", "unit 2"];

class Small extends MovingFigure {
  constructor(place, data) {
    super(place);
    this.indices = (text) => [...text].map((letter) => data.symbols.indexOf(letter));
    this.truths = data.next && this.indices(data.next);
    this.data = data; // see small_network in moving.py
    this.listen(place, "lostpointercapture", () => (this.grabbed = null));
    this.compute(this.initial);
  }

  get initial() {
    const { params, start: H, read } = this.data;
    return { params, H, symbols: this.indices(read), count: 0 };
  }

  // Compute everything anew, after a change.
  compute(change) {
    Object.assign(this, change);
    this.steps = run(this.params, this.H, this.symbols);
    if (!this.truths) return;
    this.losses = losses(this.steps, this.truths);
    this.loss = this.losses.reduce((a, b) => a + b) / this.losses.length;
    this.gradients = differentiate(this.params, this.steps, this.truths);
  }

  set(change) {
    this.compute(change);
    this.update();
  }

  drawShapes(width) {
    const steps = new Steps(this, width);
    this.width = width;
    return { height: steps.height, shapes: steps.draw() };
  }

  // Return a symbol with its probability.
  expect(symbol) {
    return `“${this.data.symbols[symbol]}” with ${percent(this.steps[0].P[symbol])}`;
  }

  get likeliest() {
    const { P } = this.steps[0];
    return P.indexOf(Math.max(...P));
  }

  // Whether something is known by now: no gradients, and all the rest.
  isKnown(kind) {
    return Boolean(kind) && !/^d|later|cut/.test(kind);
  }

  classOf() {
    return "small";
  }
}

// One step, whose weights can be changed.
class Touched extends Small {
  chosen = "W_hq 0 2";

  // The weights that act, each by its name and its key.
  listWeights() {
    const { symbols } = this.data;
    const ends = { W_xh: [symbols, UNITS], W_hh: [UNITS, UNITS], W_hq: [UNITS, symbols] };
    return Object.entries(ends).flatMap(([name, [tails, heads]]) =>
      tails.flatMap((tail, i) => heads.map((head, j) =>
        [`${name}: ${tail} → ${head}`, `${name} ${i} ${j}`])));
  }

  weight(key = this.chosen, of = this.params) {
    const [name, i, j] = key.split(" ");
    return of[name][i][j];
  }

  showWeight(key) {
    return short(this.weight(key));
  }

  change(value) {
    const [name, i, j] = this.chosen.split(" ");
    const params = structuredClone(this.params);
    params[name][i][j] = Math.max(-MOST, Math.min(MOST, Math.round(20 * value) / 20));
    this.set({ params, count: 0 });
  }

  // Change the weight at whose number a drag has begun.
  drag(x) {
    if (!this.grabbed) return;
    this.grabbed.from ??= x;
    const { from, value } = this.grabbed;
    this.change(value + (x - from) / PIXELS);
  }

  grab(chosen) {
    this.set({ chosen, grabbed: { value: this.weight(chosen) } });
    this.place.querySelector("input").focus({ preventScroll: true });
  }

  drawControls() {
    return html`${this.drawActs()}
      <${Button} text="Start again" act=${() => this.set(this.initial)} />
      <${Select} name="Weight" options=${this.listWeights()} value=${this.chosen}
        change=${(chosen) => this.set({ chosen })} />
      <${Slider} name="Its value" min=${-MOST} max=${MOST} step=${0.05} text=${short}
        value=${this.weight()} change=${(value) => this.change(value)} />`;
  }
}

class Reading extends Touched {
  help = "Let it read on, letter by letter, or drag a weight to the left or right.";

  drawActs() {
    const { symbols } = this.data;
    const read = (i) => this.set({ H: this.steps[0].H, symbols: [i] });
    return html`<${Choice} role="group" aria-label="Read" options=${symbols}
      chosen=${this.symbols[0]} choose=${read}><span>Read</span><//>`;
  }

  listFacts() {
    const { H, symbol } = this.steps[0];
    const state = H.map((value) => formatNumber(value, 2)).join(", ");
    return [[`It has read “${this.data.symbols[symbol]}”. Its state is now ` +
      `(${state}), and it expects ${this.expect(this.likeliest)}.`]];
  }
}

class Descent extends Touched {
  help = "The arrow at a weight shows where a step will move it.";

  drawActs() {
    const step = () => this.set({
      params: descend(this.params, this.gradients.params, LR), count: this.count + 1,
    });
    return html`<${Button} text="One step downhill" class="primary" act=${step} />`;
  }

  showWeight(key) {
    const slope = this.weight(key, this.gradients.params);
    return super.showWeight(key) + (slope < 0 ? "↑" : "↓");
  }

  listFacts() {
    const { count, likeliest, loss, truths: [truth] } = this;
    const then = likeliest === truth
      ? "the right letter!"
      : `and the right letter, ${this.expect(truth)}.`;
    const slope = formatNumber(this.weight(this.chosen, this.gradients.params), 2);
    return [
      [`After ${count} ${count === 1 ? "step" : "steps"}: ` +
        `loss ${formatNumber(loss, 2)}. It expects ` +
        `${this.expect(likeliest)}, ${then}`],
      [`∂L/∂w of the weight chosen: ${slope}.`],
    ];
  }
}

// A minibatch, forward and backward, in frames.
class Pass extends Small {
  help = "What is new is bold. An arrow turns round when a gradient comes back along it.";
  frames = makeFrames(this.steps.length);
  last = this.frames.length - 1;
  frame = 0;

  // Return the frame that brings values or gradients of a kind.
  frameOf(kind, t = 0) {
    if (kind === "before") return t ? this.frameOf("state", t - 1) : 0;
    if (kind === "later") return t ? this.frameOf("dH", t - 1) : Infinity;
    if (kind === "cut" && t > 0) return Infinity;
    return firstFrame(this.frames, kind, t + 1);
  }

  isKnown(kind, t) {
    return this.frameOf(kind, t) <= this.frame;
  }

  classOf(kind, t) {
    const isNew = this.frame > 0 && this.frameOf(kind, t) === this.frame;
    return isNew ? "small new" : "small";
  }

  drawControls() {
    const { frame, last } = this;
    return html`
      <${Button} text="Next" act=${() => this.goTo(frame + 1)}
        aria-disabled=${frame === last} />
      <${Slider} name="Stage" max=${last} value=${frame}
        text=${(i) => `${i + 1} of ${last + 1}`} change=${(i) => this.goTo(i)} />`;
  }

  goTo(frame) {
    this.frame = Math.max(0, Math.min(this.last, frame));
    this.update();
  }

  // Go to the frame of a place in the drawing, and the arrow keys from there.
  drag(x) {
    this.place.querySelector("input").focus({ preventScroll: true });
    this.goTo(Math.round((this.last * x) / this.width));
  }

  listFacts() {
    return [[explain(this.frames[this.frame], this)]];
  }
}

const KINDS = { read: Reading, descend: Descent, pass: Pass };

// `start` calls it with "new", and takes what it returns.
start("small", function begin(place, { task, ...data }) {
  const figure = new KINDS[task](place, data);
  figure.show();
  return figure;
});
