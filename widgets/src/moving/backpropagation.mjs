// A tiny network reads a word, forward and then backward, with its numbers.
import { formatNumber } from "../numbers.mjs";
import { start } from "../page.mjs";
import { END, MIDDLE, arrow, label, line, rectangle } from "../shapes.mjs";
import { Button, Slider } from "../ui.mjs";
import { html } from "../vendor/preact.mjs";
import { MovingFigure } from "./figure.mjs";
import { formula } from "./formulas.mjs";
import { explain, firstFrame, makeFrames } from "./frames.mjs";
import {
  BACKWARD, FILLS, GRADIENT_AREA, computeLayout, drawBox, drawCut, drawMatrix,
  recurrentPaths,
} from "./unrolled.mjs";

const PAUSE = 1600; // milliseconds between two frames that are played
const LETTER = { class: "letter" };
// The paths within a step: from where to where, the kind of frame that draws
// the arrow forward, and the kind that draws the one backward.
const PATHS = [
  ["X", "A", "state", null],
  ["A", "H", "state", "dA"],
  ["H", "O", "outputs", "dH"],
  ["O", "L", "loss", "dO"],
];

class Backpropagation extends MovingFigure {
  constructor(place, data) {
    super(place);
    Object.assign(this, data); // see backpropagation in moving.py
    this.T = data.A.length;
    this.frames = makeFrames(this.T);
    this.texts = this.frames.map((frame) => explain(frame, data));
    this.help = "Drag across the drawing; what is new is bold.";
    this.last = this.frames.length - 1;
    this.frame = 0; // its still shows all
    this.show();
  }

  drawControls() {
    const { frame, last, timer } = this;
    return html`
      <${Button} text=${timer ? "Pause" : "Play"} act=${() => this.play()} />
      <${Slider} name="Stage" max=${last} value=${frame}
        text=${(i) => `${i + 1} of ${last + 1}`} change=${(i) => this.goTo(i)} />`;
  }

  goTo(frame) {
    this.stop();
    this.frame = Math.max(0, Math.min(this.last, frame));
    this.update();
  }

  play() {
    if (this.timer) return this.goTo(this.frame); // it pauses
    this.timer = setInterval(() => this.advance(), PAUSE);
    this.advance();
  }

  // Go to the next frame, or from the last to the first.
  advance() {
    this.frame = (this.frame + 1) % this.frames.length;
    if (this.frame === this.last) this.stop();
    this.update(Boolean(this.timer));
  }

  stop() {
    this.timer = clearInterval(this.timer);
  }

  // Go to the frame of a place in the drawing, and the arrow keys from there.
  drag(x) {
    this.place.querySelector("input").focus({ preventScroll: true });
    this.goTo(Math.round((this.last * x) / this.width));
  }

  listFacts() {
    return [[this.texts[this.frame]]];
  }

  // Whether something is known by now.
  isKnown(kind, t) {
    return firstFrame(this.frames, kind, t) <= this.frame;
  }

  // Return the style of numbers: bold if they are new.
  styleOf(kind, t) {
    const { frame } = this;
    const isNew = frame > 0 && firstFrame(this.frames, kind, t) === frame;
    return { ...END, class: isNew ? "small new" : "small" };
  }

  drawShapes(width) {
    const { A, H, T, vocabulary } = this;
    this.width = width;
    this.layout = computeLayout(width, T, H[0].length, vocabulary.length);
    const { border, bottom, r } = this.layout;
    const shapes = [
      line([border, 2, border, bottom - 24], { dash: "5 4" }),
      this.drawVariable("H", 0, "start", H[0]),
      A.map((_, i) => this.drawStep(i + 1)),
      this.drawLoss(),
      this.drawTerms(),
      this.drawSum(),
    ];
    return { height: bottom + 5 * r + 18, shapes };
  }

  drawStep(t) {
    const { r, w, xOf, tops, heights } = this.layout;
    const { A, H, P, dA, dH, dO, word } = this;
    const x = xOf(t);
    const i = t - 1;
    const loss = formatNumber(this.losses[i], 2); // of this prediction alone
    return [
      drawBox(x, tops.X, w, heights.X, FILLS.X),
      formula(x + 5, tops.X + r, `X_${t}`),
      label(x + w - 10, tops.X + r, word[i], { ...LETTER, ...END }),
      this.drawPaths(t),
      this.drawRecurrence(t),
      this.drawVariable("A", t, "state", A[i], dA[i]),
      this.drawVariable("H", t, "state", H[t], dH[t]),
      this.drawVariable("O", t, "outputs", P[i], dO[i]),
      this.isKnown("outputs", t) &&
        label(x + w / 2 - 14, tops.O - 8, loss, this.styleOf("outputs", t)),
    ];
  }

  // Draw a box of values, which are known after a kind of frame, and, beside
  // them once they are known, their gradients.
  drawVariable(name, t, known, values, gradients) {
    const { r, first, w, xOf, tops, heights, format } = this.layout;
    const [x, y, back] = [xOf(t), tops[name], `d${name}`];
    const names = name === "O" && this.vocabulary;
    const width = t ? w : first;
    const middle = x + width / 2 - (names ? 2 : 5); // where values end
    const end = x + width - 5;
    const isBack = gradients && this.isKnown(back, t);
    const [style, backStyle] = [this.styleOf(known, t), this.styleOf(back, t)];
    const rows = values.map((value, i) => {
      const line = y + r * (i + 2) + 2;
      const place = t ? middle : end;
      return [
        names && label(x + 5, line, names[i], LETTER),
        this.isKnown(known, t) && label(place, line, format(value, 2), style),
        isBack && label(end, line, format(gradients[i], 3), backStyle),
      ];
    });
    const size = [end - middle, heights[name] - 2];
    return [
      drawBox(x, y, width, heights[name], FILLS[name]),
      isBack && rectangle(middle + 4, y + 1, ...size, GRADIENT_AREA),
      isBack && formula(end, y + r, `${back}_${t}`, backStyle),
      formula(x + 5, y + r, `${name}_${t}`),
      rows,
    ];
  }

  // Draw the paths of a step that have been followed, forward and backward.
  drawPaths(t) {
    const { w, xOf, tops, heights } = this.layout;
    const center = xOf(t) + w / 2;
    const [up, down] = [center - 6, center + 6];
    return PATHS.map(([from, to, known, back]) => {
      const [low, high] = [tops[from], tops[to] + heights[to]];
      return [
        this.isKnown(known, t) && arrow([up, low, up, high + 1]),
        this.isKnown(back, t) && arrow([down, high, down, low - 1], BACKWARD),
      ];
    });
  }

  drawRecurrence(t) {
    const { forward, backward } = recurrentPaths(this.layout, t);
    return [
      this.isKnown("dH", t - 1) && arrow(backward, BACKWARD),
      this.isKnown("state", t) && arrow(forward),
      t === 1 && this.isKnown("cut") && drawCut(this.layout, backward[1]),
    ];
  }

  drawLoss() {
    const { r, w, xOf, tops, heights } = this.layout;
    const [left, right] = [xOf(1), xOf(this.T) + w];
    const value = this.isKnown("loss") ? ` = ${formatNumber(this.loss, 2)}` : "";
    const style = { ...this.styleOf("loss"), ...MIDDLE };
    return [
      drawBox(left, tops.L, right - left, heights.L, "white"),
      label((left + right) / 2, tops.L + r, `loss L${value}`, style),
    ];
  }

  // Draw what each step adds to the gradient of W_hh.
  drawTerms() {
    const { r, gap, w, xOf, bottom } = this.layout;
    return this.terms.map((term, i) => {
      const t = i + 1;
      const [center, top] = [xOf(t) + w / 2, bottom + r];
      const style = this.styleOf("dA", t);
      return [
        formula(center, top - 4, `H_${i}^T dA_${t}`, MIDDLE),
        this.isKnown("dA", t) &&
          drawMatrix(this.layout, term, center, top, style),
        t > 1 && label(xOf(t) - gap / 2, bottom + 2.4 * r, "+", MIDDLE),
      ];
    });
  }

  // Draw the sum of the terms that are known, those of the last steps.
  drawSum() {
    const { r, gap, w, xOf, bottom } = this.layout;
    const top = bottom + 3 * r + 12;
    const [edge, center] = [xOf(2) - gap - 4, xOf(2) + w / 2];
    const known = this.terms.filter((_, i) => this.isKnown("dA", i + 1)).length;
    const style = this.styleOf("dA", this.T - known + 1);
    const sum = this.sums[known - 1];
    return [
      formula(edge, top + 1.4 * r, "dW_hh so far", END),
      sum && drawMatrix(this.layout, sum, center, top, style),
    ];
  }
}

start("backpropagation", Backpropagation);
