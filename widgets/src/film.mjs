// The film of a run: what the network wrote, a line for each moment.
import { box, element, paragraph } from "./elements.mjs";
import { followKeys } from "./keys.mjs";

const FULL = 14; // lines
const KEY = ": word for word as in its text.";
const NOTABLE = 20; // characters: fewer in a row may be an accident

// Return the parts of a text, each with whether it repeats a source word for
// word.
export function splitRecited(text, source) {
  const words = [...text.matchAll(/\S+/g)];
  const start = (i) => words[i]?.index ?? text.length;
  const end = (i) => words[i].index + words[i][0].length;
  // The first word may continue that before, and the last may be cut off.
  const isIn = (i, j) => {
    const run = text.slice(start(i) && start(i) - 1, end(j));
    return ` ${source} `.includes(j < words.length - 1 ? `${run} ` : run);
  };
  const parts = [{ text: text.slice(0, start(0)), isRecited: false }];
  for (let i = 0, next; i < words.length; i = next) {
    for (next = i; next < words.length && isIn(i, next); ) next++;
    const last = Math.max(i, next - 1);
    const isRecited = end(last) - start(i) >= NOTABLE && isIn(i, last);
    const to = isRecited ? last : i;
    next = to + 1;
    parts.push(
      { text: text.slice(start(i), end(to)), isRecited },
      { text: text.slice(end(to), start(next)), isRecited: false },
    );
  }
  return parts;
}

function shade(parts) {
  return parts.map(({ text, isRecited }) =>
    isRecited ? element("mark", {}, text) : text,
  );
}

// Return lines of a film without the one that is missed least, if they are too
// many: early epochs are worth more than late ones.
export function thin(lines) {
  if (lines.length <= FULL) return lines;
  const gap = (i) => lines[i + 1].epoch / lines[i - 1].epoch;
  const inner = [...lines.keys()].slice(1, -1);
  const least = inner.reduce((i, j) => (gap(j) < gap(i) ? j : i));
  return lines.filter((_, i) => i !== least);
}

// Call `move` as `followKeys` does, and `leave` when the reader does.
export function followReader(target, move, leave) {
  followKeys(target, move);
  target.onblur = ({ relatedTarget: to }) => to?.closest(".stage") || leave();
  target.onpointerleave = ({ pointerType }) => pointerType === "mouse" && leave();
  target.onkeydown = ({ key }) => key === "Escape" && leave();
}

export class Film {
  // `point` is called with the epoch that the reader points at.
  constructor(point) {
    this.point = point;
    this.title = paragraph("title");
    this.sample = paragraph("transcript sample");
    const key = paragraph("legend", element("mark", {}, "Shaded"), KEY);
    const facts = { className: "film", role: "listbox", tabIndex: 0 };
    this.list = element("div", { ...facts, ariaLabel: "What it wrote" });
    this.place = box("", this.title, this.sample, key);
  }

  // Show the film of a run, and all of the line that is marked, or of the last.
  show(run, marked) {
    const { text, film, samples, hasDiverged } = run;
    const shown = marked ?? (hasDiverged ? null : samples.at(-1));
    const epoch = shown ? `Epoch ${shown.epoch}, after` : "After";
    this.title.textContent = `${epoch} “${text.prefix}”:`;
    const parts = shown ? shade(shown.parts) : [run.sample || "Nothing yet."];
    this.sample.replaceChildren(...parts);
    const lines = film.filter((line) => line !== marked).concat(marked ?? []);
    lines.sort((a, b) => a.epoch - b.epoch);
    const rows = lines.map((line) => this.makeRow(line, line === marked));
    this.list.replaceChildren(...rows);
  }

  makeRow(line, ariaSelected) {
    const epoch = element("span", { className: "epoch" }, line.epoch);
    const text = element("span", {}, ...shade(line.parts));
    const row = element("div", { role: "option", ariaSelected }, epoch, text);
    row.onpointermove = row.onpointerdown = () => this.point(line.epoch);
    return row;
  }
}
