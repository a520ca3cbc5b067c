// The settings of the trainer: the usual ones, and those of its stories.

const CHAPTER = 512; // hidden units of the networks of the chapter
const SMALL = 0.01; // the standard deviation of their initial weights
const FALLEN = 0.3; // the learning rate, when it falls

// The usual settings, which are those of a small network of the chapter.
export const USUAL = {
  theta: 1,
  lr: 1,
  numSteps: 35,
  isRandom: false,
  reset: "epoch",
  h: 128,
  size: 1,
  seed: 0,
  falls: 0,
};

// Stories: what differs from the usual settings, and what to look for.
export const STORIES = [
  {
    title: "The usual training",
    values: { falls: 250 },
    description:
      "The training as it should be. Watch the sample turn from letters to " +
      "words, and to pieces of the novel. After 250 epochs the learning " +
      `rate falls to ${FALLEN}: what does that do to the curve?`,
  },
  {
    title: "By heart",
    values: { h: 256, falls: 200 },
    description:
      "Twice the hidden units, and about four times the work. After 200 " +
      `epochs the learning rate falls to ${FALLEN}. Does the network recite ` +
      "the novel from then on?",
  },
  {
    title: "Without clipping",
    values: { theta: Infinity },
    description:
      "The same network, and no threshold. The first long gradient throws " +
      "the parameters far away, where the gradients are no guide.",
  },
  {
    title: "Carried against the order",
    values: { isRandom: true, reset: "never" },
    description:
      "The subsequences are shuffled, but the state is carried on, as if " +
      "they followed each other. Nothing fails. Run the usual training just " +
      "before, and compare the two curves after 200 epochs.",
  },
  {
    title: "Weights too small",
    values: { size: 0.01 },
    description:
      "The first weights are a hundredth of the usual size. The network " +
      "learns how frequent the letters are, and waits on a plateau until " +
      "its states have grown.",
  },
  {
    title: "Weights too large",
    values: { size: 3 },
    description:
      "The first weights are three times the usual size. States jump, the " +
      "gradients explode, and though they are clipped, they lead nowhere.",
  },
];

// Round a value to two significant digits.
export function roundValue(value) {
  const digits = 1 - Math.floor(Math.log10(value));
  return Number(value.toFixed(Math.max(0, Math.min(6, digits))));
}

// Return the settings of a training, given those of the reader.
export function trainingSettings({ size, ...values }) {
  const scale = SMALL * size;
  const isChapter = values.h === CHAPTER; // whose weights are all small
  const hiddenScale = isChapter ? scale : size / Math.sqrt(values.h);
  return { ...values, batchSize: 32, fallen: FALLEN, scale, hiddenScale };
}

// Write a number with few digits.
export function formatValue(value) {
  if (value === undefined) return "–";
  if (Number.isNaN(value)) return "not a number";
  if (value === Infinity) return "too large";
  if (value >= 1e5) return formatPower(value);
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

// Write a large number as one digit and a power of ten.
function formatPower(value) {
  const [digit, exponent] = value.toExponential(0).split("e+");
  const raised = [...exponent].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("");
  return `${digit} · 10${raised}`;
}
