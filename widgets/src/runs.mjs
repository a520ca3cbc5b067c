// A run that the reader sees: its settings, its curves, its film.
import { splitRecited, thin } from "./film.mjs";
import { letterPerplexity, pairPerplexity } from "./floors.mjs";
import { formatValue } from "./numbers.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { BLANKS, tokensOf } from "./text.mjs";
import { USUAL, describeSettings, differences } from "./trainer_settings.mjs";

const SLOW = 10; // epochs: changes of one setting within them are shown as one
const DIVERGED = "It has diverged: a gradient is not finite. Start again.";
const [ONE, LAST] = [0x2460, 19]; // ①, and how far ⑳ is from it
const GIVEN = 18; // characters that a network continues
const WORSE = 1.1; // times as bad

// Return a text to train on, with what is needed besides. `used` says how much
// of it is.
export function makeText({ symbols, vocabulary, ...facts }, name) {
  const tokens = tokensOf(vocabulary);
  const letters = symbols.map((symbol) => tokens[symbol]);
  const training = letters.join("");
  const prefix = letters.slice(0, GIVEN + 1).join("").replace(/\s+\S*$/, ""); // whole words
  const floors = {
    guessing: tokens.length,
    letters: letterPerplexity(symbols),
    pairs: pairPerplexity(symbols),
  };
  return { ...facts, name, symbols, vocabulary, tokens, training, prefix, floors };
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

// Return a run that was kept. `novel` is the text of the page. Throw an error if
// it is damaged, or of another novel.
export function restore({ file, run: { text: own, written, ...facts } }, novel) {
  const { vocabulary, params } = decodeNetwork(file);
  const text = own.name === "" ? novel : makeText({ ...own, vocabulary }, own.name);
  const tokens = tokensOf(vocabulary).join();
  if (tokens !== text.tokens.join()) throw new Error("It has other symbols.");
  const run = Object.assign(new Run(text), facts, { params });
  for (const [epoch, sample] of written) run.addSample(sample, epoch);
  run.rewind();
  return run;
}

export class Run {
  // `planned` changes are a list of [epoch, change].
  constructor(text, settings, planned) {
    Object.assign(this, { text, settings, planned });
    Object.assign(this, { perplexity: [], norm: [], heldOut: [], changes: [] });
    Object.assign(this, { samples: [], film: [], clipped: 0, hasDiverged: false });
  }

  // Take over what the worker reports; return the planned changes among it.
  add({ epochs, changes, heldOut, written, params, hasDiverged }) {
    for (const { perplexity, norms, clipped } of epochs) {
      this.perplexity.push(perplexity);
      this.norm.push(norms.reduce((a, b) => Math.max(a, b)));
      this.clipped = clipped / norms.length;
    }
    for (const [epoch, change] of changes) {
      if (epoch === 0) this.settings = { ...this.settings, ...change };
      else this.changes.push([epoch, change]);
    }
    if (heldOut) this.heldOut.push([this.epochs, heldOut]);
    if (written) {
      this.params = params;
      const { tokens } = this.text;
      this.addSample(written.map((symbol) => tokens[symbol]).join(""));
    }
    this.hasDiverged = hasDiverged;
    const isPlanned = (at) => this.planned.some(([epoch]) => epoch === at);
    const made = changes.filter(([epoch]) => isPlanned(epoch));
    return Object.assign({}, ...made.map(([, change]) => change));
  }

  addSample(written, epoch = this.epochs) {
    const sign = (blank) => BLANKS[blank].sign;
    const text = written.trim() ? written : written.replace(/[ \n]/g, sign);
    const parts = splitRecited(text, this.text.training);
    const sample = { epoch, text, parts };
    this.samples.push(sample);
    this.film = thin([...this.film, sample]);
  }

  // What `restore` needs besides the network.
  get lasting() {
    const { text, settings, changes, planned, perplexity, norm, heldOut, clipped } = this;
    const facts = { text, settings, changes, planned, perplexity, norm, heldOut, clipped };
    return { ...facts, written: this.samples.map(({ epoch, text }) => [epoch, text]) };
  }

  // Go back to what was written last, of which the parameters are known.
  rewind() {
    const end = this.samples.at(-1)?.epoch ?? 0;
    const isPast = ([epoch]) => epoch <= end;
    this.perplexity.length = this.norm.length = end;
    this.heldOut = this.heldOut.filter(isPast);
    this.changes = this.changes.filter(isPast);
  }

  // Leave out what was planned for settings that the reader has changed.
  cancel(names) {
    const isTouched = ([, change]) => names.some((name) => name in change);
    this.planned = this.planned.filter((each) => !isTouched(each));
  }

  // Whether the first epochs, so many, agree with the usual run.
  isUsual(text, seed, count) {
    const changed = differences(this.settings, { ...USUAL, seed });
    return (
      text === this.text &&
      this.epochs >= count &&
      this.changes.every(([epoch]) => epoch >= count) &&
      Object.keys(changed).length === 0
    );
  }

  get epochs() {
    return this.perplexity.length;
  }

  // Whether it would be lost: a story can be told again, unless it was changed.
  get isOwn() {
    const { story, isTouched, epochs, end } = this;
    return epochs > 0 && (!story || isTouched || epochs > end);
  }

  get current() {
    return Object.assign({}, this.settings, ...this.changes.map(([, it]) => it));
  }

  // What differs from the usual run, at first and later; each of the changes
  // may have its mark in front.
  nameWith(marks = []) {
    const first = describeSettings(differences(this.settings, USUAL));
    const later = this.shownChanges.map(([epoch, change], i) =>
      [marks[i], describeSettings(change), `from epoch ${epoch} on`].filter(Boolean).join(" "));
    return [first, ...later].filter(Boolean).join("; ") || "usual";
  }

  get name() {
    return this.nameWith();
  }

  // The marks of the changes, each at its epoch.
  get marks() {
    const number = (i) => String.fromCodePoint(ONE + Math.min(i, LAST));
    return this.shownChanges.map(([epoch], i) => [epoch, number(i)]);
  }

  // What a reader is told of it: its settings, and its text.
  get facts() {
    const marks = this.marks.map(([, mark]) => mark);
    const changed = this.name === "usual" ? "" : `Settings: ${this.nameWith(marks)}. `;
    return changed + this.text.used;
  }

  // Its name as that of a network, which writes as it did last.
  get title() {
    const { samples, settings, text } = this;
    const units = settings.h === USUAL.h ? "" : `${settings.h} units, `;
    const of = text.name && `${text.name}, `;
    return `${of}${units}epoch ${samples.at(-1).epoch}`;
  }

  // The changes without the steps of a slider on its way.
  get shownChanges() {
    const shown = [];
    for (const [epoch, change] of this.changes) {
      const [before, previous] = shown.at(-1) ?? [];
      const names = [previous ?? {}, change].map((each) => `${Object.keys(each)}`);
      const isSlide = names[0] === names[1] && isFinite(Object.values(change)[0]);
      if (isSlide && epoch - before <= SLOW) shown.pop();
      shown.push([epoch, change]);
    }
    return shown;
  }

  // What the network writes, or why it writes nothing.
  get sample() {
    if (this.hasDiverged) return DIVERGED;
    return this.samples.at(-1)?.text ?? "";
  }
}
