// The settings of the trainer: the usual ones, and their names.

const CHAPTER = 512; // hidden units of the networks of the chapter
const SMALL = 0.01; // the standard deviation of their initial weights
export const BATCH_SIZE = 32;

// The usual settings, which are those of a small network of the chapter. No
// threshold is null, as in JSON.
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
export const AT_START = ["numSteps", "h", "size", "seed"];

const WORDS = {
  theta: (value) => (value === null ? "no clipping" : `θ = ${value}`),
  lr: (value) => `learning rate ${value}`,
  isRandom: (value) => (value ? "shuffled" : "in order"),
  reset: (value) =>
    value === "never" ? "state never zero" : `state zero each ${value}`,
  numSteps: (value) => `${value} characters in a subsequence`,
  h: (value) => `${value} units`,
  size: (value) => `first weights × ${value}`,
  seed: (value) => `seed ${value}`,
};

// Say what settings are set to.
export function describeSettings(settings) {
  const pairs = Object.entries(settings);
  return pairs.map(([name, value]) => WORDS[name](value)).join(", ");
}

// Return the settings that differ from others.
export function differences(settings, others) {
  const changed = Object.keys(USUAL).filter((name) => settings[name] !== others[name]);
  return Object.fromEntries(changed.map((name) => [name, settings[name]]));
}

// Return the settings of a run, given those of the reader.
export function trainingSettings({ size, ...values }) {
  const scale = SMALL * size;
  const isChapter = values.h === CHAPTER; // whose weights are all small
  const hiddenScale = isChapter ? scale : size / Math.sqrt(values.h);
  return { ...values, batchSize: BATCH_SIZE, scale, hiddenScale };
}
