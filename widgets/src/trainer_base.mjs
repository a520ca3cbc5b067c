// What the trainers share: runs of a worker, with their curve and their film.
import { Chart } from "./chart.mjs";
import { box, button, element, paragraph } from "./elements.mjs";
import { Film, followReader } from "./film.mjs";
import { KEPT, forget, keep, restore } from "./kept.mjs";
import { formatValue } from "./numbers.mjs";
import { grouped } from "./own_text.mjs";
import { OwnTextPanel } from "./own_text_panel.mjs";
import { loadText } from "./reading.mjs";
import { Run, makeText } from "./runs.mjs";
import { encode, tokensOf } from "./text.mjs";
import { USUAL, describeSettings, trainingSettings } from "./trainer_settings.mjs";
import { Widget } from "./widget.mjs";

const EPOCHS = 500; // after which there is a pause
const MORE = `A pause after ${EPOCHS} epochs. Press Train for ${EPOCHS} more.`;
const SPAN = 100; // epochs on the axis
const REMEMBERED = 6; // runs
const DELAY = 1500; // milliseconds before a screen reader announces
const GONE = "The network kept in this browser cannot be read any more.";
const NOT_KEPT = "This browser keeps no network: it is lost when you leave.";
const RESUMED =
  "This is your network, as you left it. To begin anew, choose a text.";
const FORGOTTEN =
  "The browser no longer keeps it. It stays here until you leave the page.";
export const YOURS = "your text"; // the name of one that is not ours

// A subclass has `go`, the button that trains, and perhaps `told`, its stories.
// It shows the parts, and calls `begin`. `others` are names of texts, which are
// in the files of the widget.
export class TrainerBase extends Widget {
  constructor(place, { opening, next, vocabulary, others }) {
    super(place, DELAY);
    const tokens = tokensOf(vocabulary);
    const read = (text) => encode(text, tokens).symbols;
    const [symbols, heldOut] = [opening, next].map(read);
    const count = grouped(symbols.length);
    const used = `It trains on the first ${count} characters of the novel.`;
    const facts = { symbols, heldOut, vocabulary, used };
    this.novel = this.text = makeText(facts, "");
    [this.runs, this.count] = [[], 0]; // those shown, and all that began
    this.values = USUAL;
    this.listen(window, "pagehide", () => this.keep());
    this.makeParts(others, place.parentElement);
  }

  get run() {
    return this.runs.at(-1);
  }

  makeParts(others, host) {
    this.perplexity = new Chart("Perplexity", { least: 1, most: 100 });
    const point = (epoch) => this.point(epoch);
    this.film = new Film(point);
    this.perplexity.letPoint(point);
    for (const part of [this.perplexity.svg, this.film.list]) {
      followReader(part, (step) => this.movePoint(step), () => point(null));
    }
    this.used = paragraph("legend");
    const forgetting = button("Forget it", () => this.forgetKept());
    this.kept = box("buttons kept legend", element("span", {}, KEPT), forgetting);
    this.kept.hidden = true;
    const holders = host.querySelectorAll(".weights");
    const choices = { "The novel’s opening": () => this.trainOn(this.novel) };
    for (const [i, name] of others.entries()) {
      choices[name] = () => this.useText(loadText(holders[i]), name);
    }
    const use = (text) => this.useText(text, YOURS);
    this.own = new OwnTextPanel(use, choices, host.querySelector(".own"));
  }

  // Begin with the run that is kept, or with a new one.
  begin() {
    this.renew({});
    try {
      const run = restore(this.novel);
      if (!run) return;
      [this.runs, this.text, this.kept.hidden] = [[run], run.text, false];
      this.adopt(run.current);
      this.say(RESUMED);
      this.showRun();
    } catch {
      forget();
      this.say(GONE);
    }
  }

  adopt(values) {
    this.values = values;
  }

  // Make a new run, which begins when the reader wants to train. Settings that
  // are not given are the usual ones, but for the seed.
  renew(settings, changes = []) {
    this.pause();
    this.turn = {};
    this.marked = null;
    this.adopt({ ...USUAL, seed: this.values.seed, ...settings });
    const run = new Run(this.text, this.values, changes);
    const begun = this.runs.filter(({ epochs }) => epochs > 0);
    this.runs = [...begun, run].slice(-REMEMBERED);
    this.say("");
    this.showRun();
    return run;
  }

  // Make a new run that no story is about.
  leaveStory(settings) {
    this.told?.release();
    this.renew(settings);
  }

  forget() {
    this.held = null;
  }

  stop() {
    this.forget();
  }

  pause() {
    const { run, held } = this;
    if (!run?.isTraining) return;
    run.isTraining = false;
    if (held === run) this.ask({ ask: "stop" });
  }

  // Train, or pause.
  toggle() {
    const { isTraining, epochs, end } = this.run;
    if (isTraining) {
      this.pause();
      this.run.isEnding = true; // the worker ends its epoch first
      this.showRun();
    } else this.train(epochs < end ? end - epochs : EPOCHS);
  }

  // Train for so many epochs more.
  async train(count) {
    const { run } = this;
    if (run.isTraining || run.hasDiverged) return;
    const limit = run.epochs + count;
    const own = (run.isTraining = {});
    this.marked = null;
    this.showRun();
    await this.tryTo(async () => {
      if (this.held !== run) await this.hold(run);
      if (run.isTraining === own) await this.ask({ ask: "train", limit });
    });
    run.isEnding = false;
    if (run.isTraining && run.isTraining !== own) return; // it was pressed again
    const isFull = run.isTraining && count === EPOCHS;
    run.isTraining = false;
    if (this.run === run) this.showEnd(isFull && run.epochs === limit);
  }

  showEnd(isFull) {
    this.showRun();
    if (isFull) this.status.textContent = MORE;
    if (isFull || !this.status.textContent) this.announceRun(); // no problem
    this.keep();
  }

  // Let the worker hold a run. It may have been kept, or lost by a worker.
  async hold(run) {
    run.rewind();
    const { text, current, epochs, params } = run;
    this.held = run;
    run.number ??= ++this.count;
    await this.ask({
      ...{ ask: "begin", id: run.number, V: text.tokens.length },
      ...{ settings: trainingSettings(current), changes: run.planned },
      text: { ...text, prefix: encode(text.prefix, text.tokens).symbols },
      ...{ params, epochs },
    });
  }

  // Take over what the worker reports of a run.
  receive({ id, ...report }) {
    const run = this.runs.find(({ number }) => number === id);
    const change = run?.add(report) ?? {};
    if (run === this.run && Object.keys(change).length > 0) {
      this.adopt({ ...this.values, ...change });
    }
    if (run?.samples.length === 1) this.keep();
    this.showRun();
  }

  // Keep the run in the browser, unless a story can tell it again.
  keep() {
    const { run } = this;
    const isFinite = [...run.perplexity, ...run.norm].every(Number.isFinite);
    if (!run.isOwn || !run.params || !isFinite || run.isForgotten) return;
    try {
      keep(run, this.makeNetwork(run));
      this.kept.hidden = false;
    } catch {
      this.say(NOT_KEPT);
    }
  }

  forgetKept() {
    forget();
    this.run.isForgotten = true;
    this.kept.hidden = true;
    this.go.focus();
    this.say(FORGOTTEN);
  }

  // Return a run as a network, as it wrote last.
  makeNetwork({ params, settings, text, samples }) {
    const of = text.name && `${text.name}, `;
    const name = `yours, ${of}${settings.h} units, epoch ${samples.at(-1).epoch}`;
    const { vocabulary, prefix } = text;
    return { name, h: settings.h, params, vocabulary, prefix };
  }

  // Point at what was written nearest to an epoch, or at nothing.
  point(epoch) {
    const distance = (sample) => Math.abs(sample.epoch - epoch);
    const order = (a, b) => distance(a) - distance(b);
    const [nearest = null] = [...this.run.samples].sort(order);
    const marked = epoch === null ? null : nearest;
    if (this.marked === marked) return; // it is under the pointer still
    this.marked = marked;
    this.showRun();
  }

  movePoint(step) {
    const { samples } = this.run;
    const at = this.marked ? samples.indexOf(this.marked) : samples.length;
    this.point(samples[Math.max(0, at + step)]?.epoch ?? null);
    this.announceRun();
  }

  showRun() {
    const { run } = this;
    const { isTraining = false, hasDiverged, text } = run;
    this.go.textContent = isTraining ? "Pause" : "Train";
    this.go.ariaDisabled = hasDiverged;
    this.showCurves();
    this.film.show(run, this.marked);
    const changed = run.name === "usual" ? "" : `Settings: ${run.name}. `;
    this.used.textContent = changed + text.used;
    const at = this.marked?.epoch ?? run.epochs;
    const of = at < run.end ? ` of ${run.end}` : "";
    const value = formatValue(run.perplexity[at - 1]);
    this.perplexity.heading.textContent = `Epoch ${at}${of}: perplexity ${value}`;
  }

  showCurves() {
    const { guessing } = this.run.text.floors;
    this.showCurve("perplexity", { limits: { guessing } });
  }

  // Show a curve of the run, beside those of others.
  showCurve(curve, more) {
    const { run, runs, marked } = this;
    const lengths = (run.end ? [run] : runs).map(({ epochs }) => epochs);
    const longest = Math.max(run.end ?? SPAN, ...lengths);
    const describe = ([epoch, change]) => [epoch, describeSettings(change)];
    const marks = run.shownChanges.map(describe);
    const others = runs
      .filter((other) => other !== run && other.text === run.text)
      .map(({ name, [curve]: values }) => ({ name, mark: name, values }));
    const facts = { longest, values: run[curve], others, marks };
    this[curve].show({ ...facts, pointed: marked?.epoch, ...more });
  }

  announceRun() {
    const { epochs, perplexity, sample } = this.run;
    const { epoch, text } = this.marked ?? { epoch: epochs, text: sample };
    if (epochs === 0) return;
    const value = formatValue(perplexity[epoch - 1]);
    this.announce(`Epoch ${epoch}, perplexity ${value}. It writes: ${text}`);
  }

  // Train on a promise of a text, which is rejected if it cannot be used.
  async useText(found, name) {
    const turn = (this.turn = {});
    const text = await this.ask({ ask: "prepare", raw: await found });
    if (this.turn === turn) this.trainOn(makeText(text, name));
  }

  // Begin the usual run on another text.
  trainOn(text) {
    this.text = text;
    this.leaveStory({});
    this.film.sample.scrollIntoView({ block: "nearest" });
    this.train(EPOCHS);
  }
}
