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
export function explain({ kind, t }, { data, steps, truths, losses, loss, gradients }) {
  const T = steps.length;
  const [read, next] = [data.read[t - 1], data.next[t - 1]];
  const write = (value) => formatNumber(value, 2);
  const probability = () => write(steps[t - 1].P[truths[t - 1]]);
  const factors = () => [steps[t - 1].before[0], gradients.steps[t - 1].dA[0]];
  const texts = {
    start: () =>
      `The network will read “${data.read}” and should predict “${data.next}”. ` +
      "H_0 is what the minibatch before has left.",
    state: () =>
      `Step ${t} reads “${read}”: A_${t} = X_${t} W_xh + ` +
      `H_${t - 1} W_hh + b_h, and H_${t} = tanh A_${t}.`,
    outputs: () =>
      `O_${t} = H_${t} W_hq + b_q, and the softmax makes probabilities of ` +
      `it. The true “${next}” gets ${probability()}, which costs ` +
      `${write(losses[t - 1])}.`,
    loss: () =>
      `The loss is the mean of the ${T}: L = ${write(loss)}. ` +
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
      `number grows. H_${t - 1}^T dA_${t} joins the sum for W_hh, such as ` +
      `${factors().map(write).join(" · ")} for its first weight.`,
    cut: () =>
      "At the border the way back is cut: H_0 was used, but no gradient is " +
      "sent to where it came from.",
  };
  return texts[kind]();
}
