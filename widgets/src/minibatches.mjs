// The starts of the subsequences of an epoch, as corpus.py computes them.

// Sequential partitioning: minibatch after minibatch walks along the rows.
export function sequentialStarts(numTokens, batchSize, numSteps, offset) {
  const length = Math.floor((numTokens - 1 - offset) / batchSize);
  const count = Math.floor(length / numSteps);
  const rows = Array.from({ length: batchSize }, (_, i) => offset + i * length);
  return Array.from({ length: count }, (_, batch) =>
    rows.map((start) => start + batch * numSteps),
  );
}

// Random sampling: the subsequences are shuffled, in the order given.
export function randomStarts(batchSize, numSteps, offset, order) {
  const starts = order.map((place) => offset + numSteps * place);
  const count = Math.floor(order.length / batchSize);
  return Array.from({ length: count }, (_, batch) =>
    starts.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

// Return the starts of an epoch: a list of minibatches.
export function drawStarts(numTokens, settings, generator) {
  const { batchSize, numSteps, isRandom } = settings;
  const offset = generator.below(numSteps);
  const sizes = [batchSize, numSteps, offset];
  if (!isRandom) return sequentialStarts(numTokens, ...sizes);
  const count = Math.floor((numTokens - 1 - offset) / numSteps);
  return randomStarts(...sizes, generator.permutation(count));
}
