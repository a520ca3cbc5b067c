// The starts of the subsequences of an epoch, as corpus.py computes them.

const range = (length) => Array.from({ length }, (_, i) => i);

// Sequential partitioning: minibatch after minibatch walks along the rows.
function sequentialStarts(numTokens, { batchSize, numSteps }) {
  const length = Math.floor(numTokens / batchSize);
  const rows = range(batchSize).map((row) => row * length);
  const walk = (batch) => rows.map((row) => row + batch * numSteps);
  return range(Math.floor(length / numSteps)).map(walk);
}

// Random sampling: the subsequences are shuffled.
function randomStarts(numTokens, { batchSize, numSteps }, generator) {
  const total = Math.floor(numTokens / numSteps);
  const starts = generator.permutation(total).map((i) => numSteps * i);
  const take = (batch) => starts.slice(batch * batchSize, (batch + 1) * batchSize);
  return range(Math.floor(total / batchSize)).map(take);
}

// Return the starts of an epoch, a list of minibatches, from a random offset on.
export function drawStarts(numTokens, settings, generator) {
  const offset = generator.below(settings.numSteps);
  const draw = settings.isRandom ? randomStarts : sequentialStarts;
  const batches = draw(numTokens - 1 - offset, settings, generator);
  return batches.map((starts) => starts.map((start) => offset + start));
}
