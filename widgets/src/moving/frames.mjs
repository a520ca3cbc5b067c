// The frames of backpropagation through time, and what happens in each.
import { formatNumber } from "../numbers.mjs";

// Return what is computed in each frame, on the way through T steps and back.
export function makeFrames(T) {
  const frame = (kind, t) => ({ kind, t });
  const steps = Array.from({ length: T }, (_, i) => i + 1);
  const there = steps.flatMap((t) => [frame("state", t), frame("outputs", t)]);
  const back = steps.reverse().flatMap((t) => [frame("dH", t), frame("dA", t)]);
  const turn = [frame("loss"), frame("dO")];
  return [frame("start"), ...there, ...turn, ...back, frame("cut")];
}

// Return the first frame in which a kind is known at a step, or Infinity.
export function firstFrame(frames, kind, t) {
  const isIt = (frame) => frame.kind === kind && (frame.t ?? t) === t;
  const found = frames.findIndex(isIt);
  return found < 0 ? Infinity : found;
}

// Return what happens in a frame, in a sentence or two.
export function explain(frame, { word, vocabulary, P, losses, loss }) {
  const { kind, t } = frame;
  const T = losses.length;
  const next = word[t];
  const p = kind === "outputs" && P[t - 1][vocabulary.indexOf(next)];
  const texts = {
    start: () =>
      `The network will read “${word.slice(0, T)}” and should predict ` +
      `“${word.slice(1)}”. H_0 is what the minibatch before has left.`,
    state: () =>
      `Step ${t} reads “${word[t - 1]}”: A_${t} = X_${t} W_xh + ` +
      `H_${t - 1} W_hh + b_h, and H_${t} = tanh A_${t}.`,
    outputs: () =>
      `O_${t} = H_${t} W_hq + b_q, and the softmax makes probabilities of ` +
      `it. The true “${next}” gets ${formatNumber(p, 2)}, which costs ` +
      `${formatNumber(losses[t - 1], 2)}.`,
    loss: () =>
      `The loss is the mean of the ${T}: L = ${formatNumber(loss, 2)}. ` +
      "From here the way leads back.",
    dO: () =>
      `Each dO is the probability minus the truth, divided by ${T}: it is ` +
      "negative at the true symbol alone.",
    dH: () =>
      t === T
        ? `dH_${t} = dO_${t} W_hq^T. No step follows, so that there is one ` +
          "way back only."
        : `dH_${t} = dO_${t} W_hq^T + dA_${t + 1} W_hh^T: two ways lead back ` +
          `to H_${t}, and they add up.`,
    dA: () =>
      `dA_${t} is dH_${t} times the slopes 1 − H_${t} ⊙ H_${t}, so that no ` +
      `number grows. H_${t - 1}^T dA_${t} joins the sum for W_hh.`,
    cut: () =>
      "At the border the way back is cut: H_0 was used, but no gradient is " +
      "sent to where it came from.",
  };
  return texts[kind]();
}
