// The answers to the stories, which the runs themselves give.
import { formatValue } from "./numbers.mjs";

const WORSE = 1.1; // times as bad

// Return how many characters of what a network writes are in its text, after
// the words that it was given.
function countRecited({ text, sample }) {
  const isIn = (end) => text.training.includes(text.prefix + sample.slice(0, end));
  let count = 0;
  while (count < sample.length && isIn(count + 1)) count++;
  return count;
}

// Say where the held-out text disagrees with a run, if it does: the order of two
// runs is the other way round there, or it becomes worse while the run learns.
export function heldOutLine(run, usual) {
  const last = ({ heldOut }) =>
    heldOut.findLast(([epoch]) => epoch <= run.epochs)?.[1];
  const [own, perplexity] = [last(run), run.perplexity.at(-1)];
  const other = usual && last(usual);
  const least = Math.min(...run.heldOut.map(([, value]) => value));
  if (other) {
    const isAhead = own < other;
    if (isAhead === perplexity < usual.perplexity[run.epochs - 1]) return "";
    const order = isAhead ? "ahead" : "behind";
    const pair = `${formatValue(own)}, the usual one ${formatValue(other)}`;
    return `On held-out text it is ${order}: ${pair}.`;
  }
  if (!(own > WORSE * least && perplexity < least)) return "";
  const change = `from ${formatValue(least)} to ${formatValue(own)}`;
  return `On held-out text it has become worse meanwhile, ${change}.`;
}

// Return the number of the option that is true of a run, and a note for the
// chart. `usual` is the usual training, for a story that is seen against it.
export function answer({ against, bounds, end, changes }, run, usual) {
  const last = run.perplexity.at(-1);
  const note = formatValue(last);
  const choose = (value) => bounds.filter((bound) => value >= bound).length;
  if (against === "its text") {
    const count = countRecited(run);
    return { option: choose(count), note: `${count} characters recited` };
  }
  if (against === "usual") {
    const other = usual.perplexity[end - 1];
    const both = `${note}, usual ${formatValue(other)}`;
    return { option: choose(last / other), note: both };
  }
  if (against === "before") {
    const before = run.perplexity[changes.at(-1)[0] - 1];
    return { option: choose(last / before), note: `${formatValue(before)} → ${note}` };
  }
  return { option: choose(last / run.text.floors[against]), note };
}
