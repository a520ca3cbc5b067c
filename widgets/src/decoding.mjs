// Decoding: the strategies of decoding.py. Each maps logits to
// log-probabilities, in double precision; excluded symbols have -Infinity.

// Turn logits into log-probabilities: the strategy that does nothing.
export function normalise(logits) {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  if (!Number.isFinite(largest)) {
    throw new RangeError("no distribution: has the training diverged?");
  }
  const below = Float64Array.from(logits, (logit) => logit - largest);
  const sum = below.reduce((total, x) => total + Math.exp(x), 0);
  return below.map((x) => x - Math.log(sum));
}

// Exclude the symbols that are not kept, and normalise the rest.
function keep(logP, isKept) {
  return normalise(logP.map((x, i) => (isKept(x, i) ? x : -Infinity)));
}

// Return the symbols, the most probable first; of equals, the lowest first.
export function ranked(logP) {
  return Array.from(logP.keys()).sort((a, b) => logP[b] - logP[a] || a - b);
}

// Give all probability to the largest logit, the first of equals.
export function greedy(logits) {
  const best = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
  return keep(normalise(logits), (_, i) => i === best);
}

// Divide the logits: sharper below 1, flatter above.
export function temperature(tau) {
  return (logits) => // (eq-temperature)
    normalise(Float64Array.from(logits, (logit) => logit / tau));
}

// Keep the k most probable symbols.
export function topK(k) {
  return (logits) => {
    const logP = normalise(logits);
    const kept = new Set(ranked(logP).slice(0, k));
    return keep(logP, (_, i) => kept.has(i));
  };
}

// Keep the nucleus: the fewest symbols whose probability reaches p.
export function topP(p) {
  return (logits) => {
    const logP = normalise(logits);
    const kept = new Set();
    let before = 0; // the probability of those that come first
    for (const i of ranked(logP)) {
      if (p === 1 || before < p) kept.add(i); // (eq-nucleus)
      before += Math.exp(logP[i]);
    }
    return keep(logP, (_, i) => kept.has(i));
  };
}

export function compose(...strategies) {
  return (logits) =>
    strategies.reduce((logP, strategy) => strategy(logP), normalise(logits));
}

// Return what it costs, in bits for a symbol, to expect q where p is true.
export function costOf(logQ, logP) {
  const terms = logP.map((x, i) => Math.exp(x) * (x - logQ[i])); // (eq-missing)
  return terms.reduce((a, b) => a + b) / Math.LN2;
}

// Return the strategy of the reader's settings: k = 0 keeps all symbols, and
// temperature 0 is greedy.
export function makeStrategy({ tau, k, p }) {
  if (tau === 0) return greedy;
  return compose(temperature(tau), topK(k || Infinity), topP(p));
}

// Draw a symbol, given a uniform random number from 0 to 1, without 1.
export function sampleSymbol(logP, uniform) {
  let rest = uniform;
  const drawn = logP.findIndex((x) => (rest -= Math.exp(x)) < 0);
  if (drawn >= 0) return drawn;
  return logP.findLastIndex((x) => x > -Infinity); // rounding has left a rest
}
