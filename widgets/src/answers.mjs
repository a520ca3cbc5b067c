// The answers of the stories of a training, which the runs themselves give.
import { formatValue } from "./numbers.mjs";

// Return how many characters of what a network writes are in its text, after
// the words that it was given.
function countRecited({ text, sample }) {
  let count = 0;
  while (count < sample.length) {
    const recited = text.prefix + sample.slice(0, count + 1);
    if (!text.training.includes(recited)) break;
    count++;
  }
  return count;
}

// Return the number of the option that is true of a run, and a note for the
// chart. `usual` is the usual training, for a story that is seen against it.
export function answer({ against, bounds, end, changes }, run, usual) {
  const last = run.perplexity.at(-1);
  const choose = (value) => bounds.filter((bound) => value >= bound).length;
  if (against === "its text") {
    const count = countRecited(run);
    return { option: choose(count), note: `${count} characters recited` };
  }
  if (against === "usual") {
    const other = usual.perplexity[end - 1];
    const note = `${formatValue(last)}, usual ${formatValue(other)}`;
    return { option: choose(last / other), note };
  }
  if (against === "before") {
    const before = run.perplexity[changes.at(-1)[0] - 1];
    const note = `${formatValue(before)} → ${formatValue(last)}`;
    return { option: choose(last / before), note };
  }
  const option = choose(last / run.text.floors[against]);
  return { option, note: formatValue(last) };
}
