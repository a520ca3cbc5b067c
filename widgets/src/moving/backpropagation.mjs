// A tiny network reads a word, forward and then backward, with its numbers.
import { announcer, element } from "../element.mjs";
import { Player } from "./controls.mjs";
import {
  Drawing,
  GREEN,
  arrow,
  begin,
  formula,
  label,
  number,
  rectangle,
  sentence,
  spoken,
} from "./drawing.mjs";
import { explain, framesOf, since } from "./frames.mjs";
import {
  TINT,
  crossing,
  drawBorder,
  drawBox,
  drawCut,
  drawMatrix,
  layoutOf,
} from "./unrolled.mjs";

const FILLS = { X: "#cfe6f5", A: "white", H: "#fbdcc8", O: "#c9ebdf" };
const BACK = { color: GREEN, width: 2.4 };

function startBackpropagation(place, data) {
  const { word, vocabulary, A, H, P, dO, dH, dA, terms, sums, losses, loss } =
    data;
  const T = A.length;
  const frames = framesOf(T);
  const texts = frames.map((frame) => explain(frame, data));
  let now = 0;
  const drawing = new Drawing(place, draw);
  const story = element("p", { className: "story" });
  place.append(story);
  new Player(place, {
    name: "step",
    last: frames.length - 1,
    text: (frame) => `${frame} of ${frames.length - 1}`,
    show(frame, isPlaying) {
      now = frame;
      drawing.redraw();
      if (!isPlaying) announce(words());
    },
  });
  const help = "Go forward, frame by frame; what is new is bold.";
  place.append(element("p", { className: "help" }, help));
  const announce = announcer(place);

  function words() {
    return spoken(texts[now]);
  }

  function draw(width) {
    if (story.dataset.width !== String(width)) {
      reserve(story, texts);
      story.dataset.width = width;
    }
    story.replaceChildren(...sentence(texts[now]));
    const layout = layoutOf(width, T, H[0].length, vocabulary.length);
    const steps = A.map((_, i) => drawStep(layout, i + 1));
    const shapes = [
      ...drawBorder(layout),
      ...drawVariable(layout, "H", 0, { values: H[0], known: "start" }),
      ...steps.flat(),
      ...drawLoss(layout),
      ...drawSums(layout),
    ];
    const height = layout.bottom + 5 * layout.r + 18;
    return { height, words: words(), shapes };
  }

  function is(kind, t) {
    return since(frames, kind, t) <= now;
  }

  function look(kind, t) {
    const isNew = since(frames, kind, t) === now && now > 0;
    return { "text-anchor": "end", class: isNew ? "small new" : "small" };
  }

  // A box of values and, beside them once they are known, their gradients.
  function drawVariable(layout, name, t, { values, known, gradients, names }) {
    const { r, first, w, xOf, tops, heights, write } = layout;
    const [x, y, back] = [xOf(t), tops[name], `d${name}`];
    const full = t ? w : first;
    const middle = x + full / 2 + (names ? 1 : -3); // where values end
    const end = x + full - 5;
    const isBack = gradients && is(back, t);
    const shapes = [drawBox(x, y, full, heights[name], FILLS[name])];
    if (isBack) {
      const area = { fill: TINT, rx: 3 };
      const width = end - middle;
      shapes.push(
        rectangle(middle + 4, y + 1, width, heights[name] - 2, area),
        formula(end, y + r, `${back}_${t}`, look(back, t)),
      );
    }
    shapes.push(formula(x + 5, y + r, `${name}_${t}`));
    for (const [i, value] of values.entries()) {
      const foot = y + r * (i + 2) + 2;
      const letter = { class: "letter" };
      if (names) shapes.push(label(x + 5, foot, names[i], letter));
      if (is(known, t)) {
        const stop = t ? middle : end;
        shapes.push(label(stop, foot, write(value, 2), look(known, t)));
      }
      if (isBack) {
        shapes.push(label(end, foot, write(gradients[i], 3), look(back, t)));
      }
    }
    return shapes;
  }

  function drawStep(layout, t) {
    const { r, w, xOf, tops, heights } = layout;
    const x = xOf(t);
    const i = t - 1;
    const state = { known: "state" };
    const letter = { class: "letter", "text-anchor": "end" };
    const variables = [
      ["A", { ...state, values: A[i], gradients: dA[i] }],
      ["H", { ...state, values: H[t], gradients: dH[t] }],
      [
        "O",
        { values: P[i], known: "outputs", gradients: dO[i], names: vocabulary },
      ],
    ];
    return [
      drawBox(x, tops.X, w, heights.X, FILLS.X),
      formula(x + 5, tops.X + r, `X_${t}`),
      label(x + w - 10, tops.X + r, word[i], letter),
      ...drawWays(layout, t),
      ...variables.flatMap(([name, facts]) =>
        drawVariable(layout, name, t, facts),
      ),
      ...(is("outputs", t) ? [drawCost(layout, t)] : []),
    ];
  }

  // The cost of a prediction, beside its way to the loss.
  function drawCost({ w, xOf, tops }, t) {
    const x = xOf(t) + w / 2 - 14;
    const cost = number(losses[t - 1], 2);
    return label(x, tops.O - 8, cost, look("outputs", t));
  }

  // The ways of a step that have been gone, forward and back.
  function drawWays(layout, t) {
    const { w, xOf, tops, heights } = layout;
    const center = xOf(t) + w / 2;
    const ways = [
      ["X", "A", "state", null],
      ["A", "H", "state", "dA"],
      ["H", "O", "outputs", "dH"],
      ["O", "L", "loss", "dO"],
    ].flatMap(([from, to, known, back]) => {
      const [low, high] = [tops[from], tops[to] + heights[to]];
      const [up, down] = [center - 6, center + 6];
      return [
        is(known, t) && arrow([up, low, up, high + 1]),
        back && is(back, t) && arrow([down, high, down, low - 1], BACK),
      ];
    });
    return [...ways, ...drawCrossing(layout, t)].filter(Boolean);
  }

  function drawCrossing(layout, t) {
    const { there, back } = crossing(layout, t);
    return [
      is("state", t) && arrow(there),
      t > 1 && is("dH", t - 1) && arrow(back, BACK),
      t === 1 && is("cut") && drawCut(layout, back[1]),
    ];
  }

  function drawLoss({ r, w, xOf, tops, heights }) {
    const [left, right] = [xOf(1), xOf(T) + w];
    const told = is("loss") ? `loss L = ${number(loss, 2)}` : "loss L";
    const style = { ...look("loss"), "text-anchor": "middle" };
    return [
      drawBox(left, tops.L, right - left, heights.L, "white"),
      label((left + right) / 2, tops.L + r, told, style),
    ];
  }

  // What each step adds to the gradient of W_hh, and the sum so far.
  function drawSums(layout) {
    const { r, gap, w, xOf, bottom } = layout;
    const middle = { "text-anchor": "middle" };
    const steps = terms.map((_, i) => i + 1);
    const come = steps.filter((t) => is("dA", t));
    const shapes = steps.flatMap((t) => {
      const center = xOf(t) + w / 2;
      const style = look("dA", t);
      const name = `H_${t - 1}^T dA_${t}`;
      const plus = label(xOf(t) - gap / 2, bottom + 2.4 * r, "+", middle);
      return [
        formula(center, bottom + r - 4, name, middle),
        ...(come.includes(t)
          ? drawMatrix(layout, terms[t - 1], center, bottom + r, style)
          : []),
        ...(t > 1 ? [plus] : []),
      ];
    });
    const top = bottom + 3 * r + 12;
    const name = { "text-anchor": "end" };
    const edge = xOf(2) - gap - 4;
    shapes.push(formula(edge, top + 1.4 * r, "dW_hh so far", name));
    if (come.length) {
      const style = look("dA", come[0]);
      const sum = sums[come.length - 1];
      shapes.push(...drawMatrix(layout, sum, xOf(2) + w / 2, top, style));
    }
    return shapes;
  }
}

// Give a paragraph the height of the longest of its texts.
function reserve(paragraph, texts) {
  paragraph.style.minHeight = "0";
  const heights = texts.map((text) => {
    paragraph.replaceChildren(...sentence(text));
    return paragraph.offsetHeight;
  });
  paragraph.style.minHeight = `${Math.max(...heights)}px`;
}

begin("backpropagation", startBackpropagation);
