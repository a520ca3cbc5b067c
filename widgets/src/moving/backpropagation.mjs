// A tiny network reads a word, forward and then backward, with its numbers.
import { paragraph } from "../elements.mjs";
import { start } from "../page.mjs";
import { arrow, label, rectangle } from "../shapes.mjs";
import { MovingFigure } from "./figure.mjs";
import { formatNumber, formula, toNodes, toSpeech } from "./formulas.mjs";
import { explain, firstFrame, makeFrames } from "./frames.mjs";
import {
  BACKWARD,
  FILLS,
  GRADIENT_AREA,
  computeLayout,
  drawBorder,
  drawBox,
  drawCut,
  drawMatrix,
  recurrentPaths,
} from "./unrolled.mjs";

const END = { "text-anchor": "end" };
const MIDDLE = { "text-anchor": "middle" };
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
    this.addDrawing();
    this.story = paragraph("story");
    place.append(this.story);
    const last = this.frames.length - 1;
    this.addPlayer("step", last, (frame) => `${frame} of ${last}`);
    this.addHelp("Go forward, frame by frame; what is new is bold.");
    this.show();
  }

  describe() {
    return toSpeech(this.texts[this.frame]);
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

  draw(width) {
    this.showStory(width);
    const { A, H, T, vocabulary } = this;
    this.layout = computeLayout(width, T, H[0].length, vocabulary.length);
    const { bottom, r } = this.layout;
    const shapes = [
      drawBorder(this.layout),
      ...this.drawVariable("H", 0, { values: H[0], known: "start" }),
      ...A.flatMap((_, i) => this.drawStep(i + 1)),
      ...this.drawLoss(),
      ...this.drawTerms(),
      ...this.drawSum(),
    ];
    return { height: bottom + 5 * r + 18, shapes };
  }

  // Show the text of the frame, in a paragraph as high as the longest text, so
  // that nothing below moves.
  showStory(width) {
    const { story, texts } = this;
    const show = (text) => story.replaceChildren(...toNodes(text));
    if (story.dataset.width !== String(width)) {
      story.style.minHeight = "0";
      const heights = texts.map((text) => {
        show(text);
        return story.offsetHeight;
      });
      story.style.minHeight = `${Math.max(...heights)}px`;
      story.dataset.width = width;
    }
    show(texts[this.frame]);
  }

  drawStep(t) {
    const { r, w, xOf, tops, heights } = this.layout;
    const { A, H, P, dA, dH, dO, word, vocabulary } = this;
    const x = xOf(t);
    const i = t - 1;
    const outputs = { values: P[i], known: "outputs", names: vocabulary };
    const variables = {
      A: { values: A[i], known: "state", gradients: dA[i] },
      H: { values: H[t], known: "state", gradients: dH[t] },
      O: { ...outputs, gradients: dO[i] },
    };
    return [
      drawBox(x, tops.X, w, heights.X, FILLS.X),
      formula(x + 5, tops.X + r, `X_${t}`),
      label(x + w - 10, tops.X + r, word[i], { ...LETTER, ...END }),
      ...this.drawPaths(t),
      ...this.drawRecurrence(t),
      ...Object.entries(variables).flatMap(([name, content]) =>
        this.drawVariable(name, t, content),
      ),
      ...(this.isKnown("outputs", t) ? [this.drawLossOf(t)] : []),
    ];
  }

  // Draw a box of values and, beside them once they are known, their gradients.
  drawVariable(name, t, { values, known, gradients, names }) {
    const { r, first, w, xOf, tops, heights, format } = this.layout;
    const [x, y, back] = [xOf(t), tops[name], `d${name}`];
    const width = t ? w : first;
    const middle = x + width / 2 + (names ? 1 : -3); // where values end
    const end = x + width - 5;
    const isBack = gradients && this.isKnown(back, t);
    const [style, backStyle] = [this.styleOf(known, t), this.styleOf(back, t)];
    const shapes = [drawBox(x, y, width, heights[name], FILLS[name])];
    if (isBack) {
      const size = [end - middle, heights[name] - 2];
      shapes.push(
        rectangle(middle + 4, y + 1, ...size, GRADIENT_AREA),
        formula(end, y + r, `${back}_${t}`, backStyle),
      );
    }
    shapes.push(formula(x + 5, y + r, `${name}_${t}`));
    for (const [i, value] of values.entries()) {
      const line = y + r * (i + 2) + 2;
      if (names) shapes.push(label(x + 5, line, names[i], LETTER));
      if (this.isKnown(known, t)) {
        shapes.push(label(t ? middle : end, line, format(value, 2), style));
      }
      if (isBack) {
        shapes.push(label(end, line, format(gradients[i], 3), backStyle));
      }
    }
    return shapes;
  }

  // Draw the loss of a prediction, beside its path to the loss of all.
  drawLossOf(t) {
    const { w, xOf, tops } = this.layout;
    const x = xOf(t) + w / 2 - 14;
    const loss = formatNumber(this.losses[t - 1], 2);
    return label(x, tops.O - 8, loss, this.styleOf("outputs", t));
  }

  // Draw the paths of a step that have been followed, forward and backward.
  drawPaths(t) {
    const { w, xOf, tops, heights } = this.layout;
    const center = xOf(t) + w / 2;
    const arrows = PATHS.flatMap(([from, to, known, back]) => {
      const [low, high] = [tops[from], tops[to] + heights[to]];
      const [up, down] = [center - 6, center + 6];
      const isBack = back && this.isKnown(back, t);
      return [
        this.isKnown(known, t) && arrow([up, low, up, high + 1]),
        isBack && arrow([down, high, down, low - 1], BACKWARD),
      ];
    });
    return arrows.filter(Boolean);
  }

  drawRecurrence(t) {
    const { forward, backward } = recurrentPaths(this.layout, t);
    const isBack = t > 1 && this.isKnown("dH", t - 1);
    return [
      this.isKnown("state", t) && arrow(forward),
      isBack && arrow(backward, BACKWARD),
      t === 1 && this.isKnown("cut") && drawCut(this.layout, backward[1]),
    ].filter(Boolean);
  }

  drawLoss() {
    const { r, w, xOf, tops, heights } = this.layout;
    const [left, right] = [xOf(1), xOf(this.T) + w];
    const value = this.isKnown("loss") && ` = ${formatNumber(this.loss, 2)}`;
    const style = { ...this.styleOf("loss"), ...MIDDLE };
    const text = `loss L${value || ""}`;
    return [
      drawBox(left, tops.L, right - left, heights.L, "white"),
      label((left + right) / 2, tops.L + r, text, style),
    ];
  }

  // Draw what each step adds to the gradient of W_hh.
  drawTerms() {
    const { r, gap, w, xOf, bottom } = this.layout;
    return this.terms.flatMap((term, i) => {
      const t = i + 1;
      const center = xOf(t) + w / 2;
      const style = this.styleOf("dA", t);
      const shapes = [
        formula(center, bottom + r - 4, `H_${i}^T dA_${t}`, MIDDLE),
      ];
      if (this.isKnown("dA", t)) {
        shapes.push(
          ...drawMatrix(this.layout, term, center, bottom + r, style),
        );
      }
      if (t > 1) {
        shapes.push(label(xOf(t) - gap / 2, bottom + 2.4 * r, "+", MIDDLE));
      }
      return shapes;
    });
  }

  // Draw the sum of the terms that are known, those of the last steps.
  drawSum() {
    const { r, gap, w, xOf, bottom } = this.layout;
    const top = bottom + 3 * r + 12;
    const edge = xOf(2) - gap - 4;
    const name = formula(edge, top + 1.4 * r, "dW_hh so far", END);
    const steps = this.terms.map((_, i) => i + 1);
    const known = steps.filter((t) => this.isKnown("dA", t));
    if (known.length === 0) return [name];
    const style = this.styleOf("dA", known[0]);
    const sum = this.sums[known.length - 1];
    return [name, ...drawMatrix(this.layout, sum, xOf(2) + w / 2, top, style)];
  }
}

start("backpropagation", Backpropagation);
