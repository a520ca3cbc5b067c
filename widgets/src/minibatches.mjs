// The starts of the subsequences of an epoch, as corpus.py computes them.

// Sequential partitioning: minibatch after minibatch walks along the rows.
function sequentialStarts(numTokens, batchSize, numSteps, offset) {
  const length = Math.floor((numTokens - 1 - offset) / batchSize);
  const count = Math.floor(length / numSteps);
  const rows = Array.from({ length: batchSize }, (_, row) => row * length);
  return Array.from({ length: count }, (_, batch) =>
    rows.map((row) => offset + row + batch * numSteps),
  );
}

// Random sampling: the subsequences are shuffled.
function randomStarts(numTokens, batchSize, numSteps, offset, generator) {
  const total = Math.floor((numTokens - 1 - offset) / numSteps);
  const starts = generator.permutation(total).map((i) => offset + numSteps * i);
  const count = Math.floor(total / batchSize);
  return Array.from({ length: count }, (_, batch) =>
    starts.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

// Return the starts of an epoch, a list of minibatches, at a random offset if
// the settings have none.
export function drawStarts(numTokens, settings, generator) {
  const { batchSize, numSteps, isRandom } = settings;
  const { offset = generator.below(numSteps) } = settings;
  const sizes = [numTokens, batchSize, numSteps, offset];
  if (!isRandom) return sequentialStarts(...sizes);
  return randomStarts(...sizes, generator);
}
