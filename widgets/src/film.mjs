// The film of a run: what the network wrote, a line for each moment.
import { BLANKS } from "./text.mjs";
import { useElement } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";

const FULL = 14; // lines
const NOTABLE = 20; // characters: fewer in a row may be an accident

// Return the parts of a text, each with whether it repeats a source word for
// word.
export function splitRecited(text, source) {
  const words = [...text.matchAll(/\S+/g)];
  const [own, given] = [text, ` ${source} `].map((each) => each.replace(/\s/g, " "));
  const start = (i) => words[i]?.index ?? text.length;
  const end = (i) => words[i].index + words[i][0].length;
  // The first word may continue that before, and the last may be cut off.
  const isIn = (i, j) => {
    const run = own.slice(start(i) && start(i) - 1, end(j));
    return given.includes(j < words.length - 1 ? `${run} ` : run);
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

// Return lines of a film without the one that is missed least, if they are too
// many: early epochs are worth more than late ones.
export function thin(lines) {
  if (lines.length <= FULL) return lines;
  const gap = (i) => lines[i + 1].epoch / lines[i - 1].epoch;
  const inner = [...lines.keys()].slice(1, -1);
  const least = inner.reduce((i, j) => (gap(j) < gap(i) ? j : i));
  return lines.filter((_, i) => i !== least);
}

const shade = (parts) =>
  parts.map(({ text, isRecited }) => (isRecited ? html`<mark>${text}</mark>` : text));
// Return parts for a single line, in which a line break is a sign.
const join = (parts) =>
  parts.map((part) => ({ ...part, text: part.text.replaceAll("\n", BLANKS["\n"].sign) }));

// What the network wrote last, or at the moment that the reader points at.
export function Sample({ run, marked }) {
  const { text, samples, hasDiverged, sample } = run;
  const shown = marked ?? (hasDiverged ? null : samples.at(-1));
  const epoch = shown ? `Epoch ${shown.epoch}, after` : "After";
  return html`<div class="written-last">
    <p class="title">${epoch} “${text.prefix}”:</p>
    <p class="transcript sample">${shown ? shade(shown.parts) : sample || "Nothing yet."}</p>
    <p class="legend"><mark>Shaded</mark>: word for word as in its text.</p>
  </div>`;
}

// All of the film. `begin` is called with its element, and `point` with the
// epoch that the reader points at.
export function Film({ run, marked, begin, point }) {
  const list = useElement(begin);
  const lines = run.film.filter((line) => line !== marked).concat(marked ?? []);
  const rows = lines.toSorted((a, b) => a.epoch - b.epoch).map((line) => {
    const here = () => point(line.epoch);
    return html`<div role="option" aria-selected=${line === marked}
      onPointerMove=${here} onPointerDown=${here}>
      <span class="epoch">${line.epoch}</span><span>${shade(join(line.parts))}</span>
    </div>`;
  });
  return html`<div class="film" role="listbox" tabindex="0" ref=${list}
    aria-label="What it wrote">${rows}</div>`;
}
