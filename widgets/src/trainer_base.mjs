// What the trainers share: runs of a worker, with their curve and their film.
import { Chart } from "./chart.mjs";
import { paragraph } from "./elements.mjs";
import { Film, followKeys } from "./film.mjs";
import { forget, keep, makeLine, restore } from "./kept.mjs";
import { formatValue } from "./numbers.mjs";
import { grouped } from "./own_text.mjs";
import { OwnTextPanel } from "./own_text_panel.mjs";
import { loadText } from "./reading.mjs";
import { Run, makeText } from "./runs.mjs";
import { encode, tokensOf } from "./text.mjs";
import {
  BATCH_SIZE,
  USUAL,
  describeSettings,
  trainingSettings,
} from "./trainer_settings.mjs";
import { Widget } from "./widget.mjs";

const EPOCHS = 500; // after which a training pauses
const MORE = `A pause after ${EPOCHS} epochs. Press Train for ${EPOCHS} more.`;
const SPAN = 100; // epochs on the axis
const REMEMBERED = 6; // runs
const DELAY = 1500; // milliseconds before a screen reader announces
const KEEPING = 10000; // milliseconds from one keeping to the next
const SIZES = { batchSize: BATCH_SIZE, numSteps: USUAL.numSteps };
const FORGOTTEN = "Forgotten. Until you leave the page, it is still here.";

// A subclass has `go`, the button that trains, shows the parts, and calls
// `begin`. `others` are names of texts, which are in the files of the widget.
export class TrainerBase extends Widget {
  constructor(place, { opening, next, vocabulary, others }) {
    super(place, DELAY);
    const tokens = tokensOf(vocabulary);
    const [symbols, heldOut] = [opening, next].map(
      (text) => encode(text, tokens).symbols,
    );
    const count = grouped(symbols.length);
    const used = `It trains on the first ${count} characters of the novel.`;
    const facts = { symbols, heldOut, vocabulary, used };
    this.novel = this.text = makeText(facts, "");
    [this.runs, this.count] = [[], 0]; // those shown, and all that began
    [this.marked, this.keptAt] = [null, 0];
    this.makeParts(others, place.parentElement);
  }

  get run() {
    return this.runs.at(-1);
  }

  makeParts(others, host) {
    this.perplexity = new Chart("Perplexity", { least: 1, most: 100 });
    const move = (step) => this.movePoint(step);
    const point = (epoch) => this.point(epoch);
    this.film = new Film(point, move);
    this.perplexity.letPoint(point);
    followKeys(this.perplexity.svg, move);
    this.used = paragraph("legend");
    this.kept = makeLine(() => this.forgetKept());
    const holders = host.querySelectorAll(".weights");
    const choices = { "The novel’s opening": () => this.leaveText() };
    for (const [i, name] of others.entries()) {
      choices[name] = () => this.useText(loadText(holders[i]), name);
    }
    const use = (text) => this.useText(text, "your text");
    this.own = new OwnTextPanel(use, choices, host.querySelector(".own"));
  }

  // Begin with the run that is kept, or with a new one.
  begin() {
    this.renew({});
    try {
      const run = restore(this.novel);
      if (run) this.resume(run);
    } catch ({ message }) {
      this.say(message);
    }
  }

  resume(run) {
    run.number = ++this.count;
    [this.runs, this.text, this.kept.hidden] = [[run], run.text, false];
    this.adopt({ ...USUAL, ...run.current });
    this.showRun();
  }

  // Take over settings.
  adopt(values) {
    this.values = values;
  }

  // Make a new run, which begins when the reader wants to train. Settings are
  // the usual ones, where they are not given.
  renew(settings, changes = []) {
    this.pause();
    this.turn = {};
    this.marked = null;
    this.adopt({ ...USUAL, ...settings });
    const run = new Run(this.text, this.values, changes);
    const begun = this.runs.filter(({ epochs }) => epochs > 0);
    this.runs = [...begun, run].slice(-REMEMBERED);
    this.say("");
    this.showRun();
    return run;
  }

  // Make a new run that no story is about.
  leaveStory(settings, changes) {
    return this.renew(settings, changes);
  }

  // The worker has lost what it trained since it was asked for it.
  forget() {
    if (this.held) this.held.params = null;
    this.held = null;
  }

  stop() {} // what fails beside a training does not stop it

  pause() {
    const { run, held } = this;
    if (!run?.isTraining) return;
    run.isTraining = false;
    if (held === run) this.ask({ ask: "stop" });
  }

  // Train, or pause.
  toggle() {
    const { isTraining, epochs, end } = this.run;
    if (isTraining) this.pause();
    else this.train(epochs < end ? end - epochs : EPOCHS);
  }

  // Train for so many epochs more.
  async train(count) {
    const isHeld = this.held === this.run || this.run.params;
    const isLost = !isHeld && this.run.epochs > 0;
    const run = isLost ? this.leaveStory(this.values) : this.run;
    if (run.isTraining || run.hasDiverged) return;
    const limit = run.epochs + count;
    run.isTraining = true;
    this.showRun();
    await this.tryTo(async () => {
      if (this.held !== run) await this.hold(run);
      if (run.isTraining) await this.ask({ ask: "train", limit });
    });
    run.isTraining = false;
    if (this.run === run) this.showEnd();
  }

  showEnd() {
    const { run } = this;
    this.showRun();
    this.announceRun();
    this.keep(run);
    if (run.epochs > 0 && run.epochs % EPOCHS === 0) {
      this.status.textContent = MORE;
    }
  }

  // Let the worker hold a run, and keep the parameters of the one before.
  async hold(run) {
    const [before, { text, current, epochs, params }] = [this.held, run];
    this.held = run;
    run.number ??= ++this.count;
    const question = {
      ...{ ask: "begin", id: run.number, V: text.tokens.length },
      ...{ settings: trainingSettings(current), changes: run.planned },
      text: { ...text, prefix: encode(text.prefix, text.tokens).symbols },
      ...{ params, epochs },
    };
    try {
      const params = await this.ask(question);
      if (before) before.params = params;
    } catch (error) {
      if (this.held === run) this.held = before;
      throw error;
    }
  }

  // Take over what the worker reports of a run.
  receive({ id, ...report }) {
    const run = this.runs.find(({ number }) => number === id);
    const change = run?.add(report) ?? {};
    if (run === this.run && Object.keys(change).length > 0) {
      this.adopt({ ...this.values, ...change });
    }
    if (performance.now() - this.keptAt > KEEPING) this.keep(this.run);
    this.showRun();
  }

  // Keep a run in the browser, unless a story can tell it again.
  async keep(run) {
    if (!run.isOwn || run.hasDiverged || run.isForgotten) return;
    this.keptAt = performance.now();
    try {
      keep(run, await this.makeNetwork(run));
      this.kept.hidden = false;
    } catch {
      this.kept.hidden = true; // the browser keeps nothing, or has no room
    }
  }

  forgetKept() {
    forget();
    this.run.isForgotten = true;
    this.kept.hidden = true;
    this.say(FORGOTTEN);
  }

  // Return a run as a network, with its parameters of now.
  async makeNetwork(run) {
    if (run === this.held) run.params = await this.ask({ ask: "params" });
    const { params, settings, text, epochs } = run;
    if (!params) throw new Error("The parameters of this training are lost.");
    const of = text.name && `${text.name}, `;
    const name = `yours, ${of}${settings.h} units, ${epochs} epochs`;
    const { vocabulary, prefix } = text;
    return { name, h: settings.h, params, vocabulary, prefix };
  }

  // Point at what was written nearest to an epoch, or at nothing.
  point(epoch) {
    const distance = (sample) => Math.abs(sample.epoch - epoch);
    const nearer = (a, b) => (distance(b) < distance(a) ? b : a);
    const { samples } = this.run;
    const isNone = epoch === null || samples.length === 0;
    const marked = isNone ? null : samples.reduce(nearer);
    if (this.marked === marked) return; // it is under the pointer still
    this.marked = marked;
    this.showRun();
  }

  movePoint(step) {
    const { samples } = this.run;
    const last = samples.length - 1;
    const at = this.marked ? samples.indexOf(this.marked) : last;
    this.point(samples[Math.min(last, Math.max(0, at + step))]?.epoch ?? null);
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
    this.perplexity.heading.textContent =
      `Epoch ${at}${of}: perplexity ${value}${this.describeHeldOut(at)}`;
  }

  describeHeldOut() {
    return "";
  }

  showCurves() {
    const { guessing } = this.run.text.floors;
    this.showCurve("perplexity", { limits: { [`guessing ${guessing}`]: guessing } });
  }

  // Show a curve of the run, beside those of others.
  showCurve(curve, more) {
    const { run, runs, marked } = this;
    const lengths = runs.map(({ epochs }) => epochs);
    const longest = run.end
      ? Math.max(run.end, run.epochs)
      : Math.max(SPAN, ...lengths);
    const marks = run.shownChanges.map(([epoch, change]) => [
      epoch,
      describeSettings(change),
    ]);
    const others = runs
      .filter((other) => other !== run && other.text === run.text)
      .map(({ name, [curve]: values }) => ({ name, values }));
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

  // Train on a text, or a promise of one; return what is wrong with it.
  async useText(found, name) {
    const { turn } = this;
    try {
      const question = { ask: "prepare", raw: await found, sizes: SIZES };
      const text = await this.ask(question);
      if (this.turn !== turn) return "";
      this.trainOn(makeText(text, name));
      this.train(EPOCHS);
      return "";
    } catch (error) {
      return error.message;
    }
  }

  leaveText() {
    this.trainOn(this.novel);
    this.train(EPOCHS);
    return "";
  }

  // Let the next run be the usual one, on another text.
  trainOn(text) {
    this.text = text;
    this.renew({});
    this.film.sample.scrollIntoView({ block: "nearest" });
  }
}
