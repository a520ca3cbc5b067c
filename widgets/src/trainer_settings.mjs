// The settings of the trainer: the usual ones, and their names.

const CHAPTER = 512; // hidden units of the networks of the chapter
const SMALL = 0.01; // the standard deviation of their initial weights
export const BATCH_SIZE = 32;
// What the settings may be: one of a list, or a number in a range.
export const LISTS = {
  isRandom: [false, true],
  reset: ["epoch", "minibatch", "never"],
  numSteps: [5, 10, 20, 35, 70], // characters in a subsequence
  h: [128, 256, 512],
};
export const RANGES = { theta: [0.05, 20], lr: [0.01, 5], size: [0.001, 5] };

// The usual settings, which are those of a small network of the chapter.
export const USUAL = {
  theta: 1,
  lr: 1,
  isRandom: false,
  reset: "epoch",
  numSteps: 35,
  h: 128,
  size: 1,
  seed: 0,
};
export const ANY_TIME = ["theta", "lr", "isRandom", "reset"];

const STATES = {
  epoch: "state zero each epoch",
  minibatch: "state zero each minibatch",
  never: "state never zero",
};
const WORDS = {
  theta: (value) => (value === Infinity ? "no clipping" : `θ = ${value}`),
  lr: (value) => `learning rate ${value}`,
  isRandom: (value) => (value ? "shuffled" : "in order"),
  reset: (value) => STATES[value],
  numSteps: (value) => `${value} characters in a subsequence`,
  h: (value) => `${value} units`,
  size: (value) => `first weights × ${value}`,
  seed: (value) => `seed ${value}`,
};

// Whether a text has room for a minibatch, at the largest offset.
export function fits({ symbols }, { numSteps = USUAL.numSteps }) {
  return symbols.length >= (BATCH_SIZE + 1) * numSteps;
}

// Say what settings are set to.
export function describeSettings(settings) {
  const pairs = Object.entries(settings);
  return pairs.map(([name, value]) => WORDS[name](value)).join(", ");
}

// Return the settings, among `names`, that differ from others.
export function differences(settings, others, names = Object.keys(USUAL)) {
  const changed = names.filter((name) => settings[name] !== others[name]);
  return Object.fromEntries(changed.map((name) => [name, settings[name]]));
}

// Name a run by what differs from the usual one, at first and later.
export function nameTraining(settings, changes) {
  const later = changes.map(
    ([epoch, change]) => `${describeSettings(change)} from epoch ${epoch} on`,
  );
  const first = describeSettings(differences(settings, USUAL));
  return [first, ...later].filter(Boolean).join("; ") || "usual";
}

// Return settings as they are used, given what JSON holds of them: no threshold
// is null there.
export function readSettings(found) {
  const pairs = Object.entries(found);
  return Object.fromEntries(pairs.map(([name, value]) => [name, value ?? Infinity]));
}

// Return changes, each with its epoch, in the same way.
export function readChanges(found) {
  return found.map(([epoch, change]) => [epoch, readSettings(change)]);
}

// Return the settings of a run, given those of the reader.
export function trainingSettings({ size, ...values }) {
  const scale = SMALL * size;
  const isChapter = values.h === CHAPTER; // whose weights are all small
  const hiddenScale = isChapter ? scale : size / Math.sqrt(values.h);
  return { ...values, batchSize: BATCH_SIZE, scale, hiddenScale };
}
