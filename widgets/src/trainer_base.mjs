// What the trainers share: runs of a worker, with their curve and their film.
import { Chart } from "./chart.mjs";
import { Connection } from "./connection.mjs";
import { Film, Sample } from "./film.mjs";
import { forget, keep, readKept } from "./kept.mjs";
import { followReader } from "./keys.mjs";
import { formatValue } from "./numbers.mjs";
import { grouped } from "./own_text.mjs";
import { OwnText } from "./own_text_panel.mjs";
import { loadText } from "./reading.mjs";
import { Run, makeText, restore } from "./runs.mjs";
import { encode, tokensOf } from "./text.mjs";
import { USUAL, trainingSettings } from "./trainer_settings.mjs";
import { Button } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";

const EPOCHS = 500; // after which there is a pause
const MORE = `A pause after ${EPOCHS} epochs. Press Train for ${EPOCHS} more.`;
const SPAN = 100; // epochs on the axis
const REMEMBERED = 6; // runs
const DELAY = 1500; // milliseconds before a screen reader announces
const AXIS = { least: 1, most: 40, isPointed: true }; // of perplexities
const GONE = "The network kept in this browser cannot be read any more.";
const NOT_KEPT = "This browser keeps no network: it is lost when you leave.";
const RESUMED = "This is your network, as you left it. Press Train to go on.";
const FORGOTTEN =
  "The browser no longer keeps it. It stays here until you leave the page.";
export const YOURS = "your text"; // the name of one that is not ours
const OPENING = "The novel’s opening";

// A subclass draws what is seen. `others` are names of texts. The files of the
// widget have the opening as it was printed, and then these.
export class TrainerBase extends Widget {
  constructor(place, { opening, next, vocabulary, others }) {
    super(place, DELAY);
    this.connection = new Connection(WORKER, {
      listen: (message) => this.receive(message),
      lose: () => (this.held = null),
    });
    const tokens = tokensOf(vocabulary);
    const read = (text) => encode(text, tokens).symbols;
    const [symbols, heldOut] = [opening, next].map(read);
    const used = `It trains on the first ${grouped(symbols.length)} characters of the novel.`;
    this.novel = this.text = makeText({ symbols, heldOut, vocabulary, used, tested: "" }, "");
    [this.runs, this.count] = [[], 0]; // those shown, and all that began
    this.values = USUAL;
    const holders = place.parentElement.querySelectorAll(".weights");
    this.choices = Object.fromEntries([OPENING, ...others].map((name, i) => [
      name, (lettersOnly) => lettersOnly && name === OPENING
        ? this.trainOn(this.novel)
        : this.useText(loadText(holders[i]), lettersOnly, name),
    ]));
    this.listen(window, "pagehide", () => this.keep());
  }

  get run() {
    return this.runs.at(-1);
  }

  // Begin with a new run. The reader may continue the one that is kept.
  begin() {
    this.renew({});
    try {
      const kept = readKept();
      this.kept = kept && restore(kept, this.novel);
      this.show();
    } catch {
      forget();
      this.say(GONE);
    }
  }

  drawGo() {
    const { isTraining = false, hasDiverged, epochs } = this.run;
    const again = () => this.renew(this.values);
    return html`<div class="go buttons">
      <${Button} text=${isTraining ? "Pause" : "Train"} class="primary"
        act=${() => this.toggle()} aria-disabled=${hasDiverged} />
      <${Button} text="Start again" act=${again} disabled=${epochs === 0} />
      <p class="status">${this.message}</p>
    </div>`;
  }

  drawOwn(isOpen) {
    const use = (text, lettersOnly) => this.useText(text, lettersOnly, YOURS);
    return html`<${OwnText} choices=${this.choices} use=${use} isOpen=${isOpen} />`;
  }

  // Return a curve of the run, beside those of others on the same text.
  drawCurve(name, facts) {
    const { run, runs, marked } = this;
    const others = runs.filter((other) => other !== run && other.text === run.text);
    const lengths = (run.end ? [run] : [run, ...others]).map(({ epochs }) => epochs);
    return html`<${Chart} values=${run[name]}
      longest=${Math.max(run.end ?? SPAN, ...lengths)}
      others=${others.map((other) => ({ name: other.name, values: other[name] }))}
      marks=${run.marks} pointed=${marked?.epoch} ...${facts} />`;
  }

  drawPerplexity(more) {
    const { run, marked } = this;
    const at = marked?.epoch ?? run.epochs;
    const of = at < run.end ? ` of ${run.end}` : "";
    const heading = `Epoch ${at}${of}: perplexity ${formatValue(run.perplexity[at - 1])}`;
    const follow = (svg, read) => {
      svg.onpointerdown = svg.onpointermove = (event) =>
        this.point(Math.round(read(event)[0]));
      this.letLead(svg);
    };
    const limits = { guessing: run.text.floors.guessing };
    const facts = { title: "Perplexity", heading, axis: AXIS, follow, limits };
    return this.drawCurve("perplexity", { ...facts, ...more });
  }

  drawFilm() {
    const { run, marked } = this;
    return html`<${Sample} run=${run} marked=${marked} />
      <${Film} run=${run} marked=${marked} point=${(epoch) => this.point(epoch)}
        begin=${(list) => this.letLead(list)} />`;
  }

  // Let the keys lead through what was written.
  letLead(element) {
    const move = (step) => this.movePoint(step);
    followReader(element, move, () => this.point(null));
  }

  // Return what the browser keeps, and what the reader may do with it.
  drawKept() {
    const { kept, run } = this;
    if (!kept) return null;
    const text = kept === run
      ? "This network is kept in this browser, even after you leave."
      : `Until you train another, this browser keeps your last network: ${kept.title}.`;
    return html`<div class="buttons kept legend">
      <span>${text}</span>
      ${kept !== run && html`<${Button} text="Continue it" act=${() => this.resume()} />`}
      <${Button} text="Forget it" act=${() => this.forgetKept()} />
    </div>`;
  }

  // Go on with the run that is kept.
  resume() {
    this.open(this.kept);
    this.say(RESUMED);
    this.place.querySelector(".primary").focus();
  }

  // Show a new run, which begins when the reader wants to train. Settings that
  // are not given are the usual ones, but for the seed.
  renew(settings, changes = [], facts = {}) {
    const values = { ...USUAL, seed: this.values.seed, ...settings };
    const run = new Run(this.text, values, changes);
    return this.open(Object.assign(run, facts));
  }

  // Show a run, and pause the one that was shown.
  open(run) {
    this.pause();
    Object.assign(this, { turn: {}, marked: null, message: "" });
    this.text = run.text;
    this.values = run.current;
    const begun = this.runs.filter((each) => each !== run && each.epochs > 0);
    this.runs = [...begun, run].slice(-REMEMBERED);
    this.show();
    return run;
  }

  stop() {
    this.held = null; // what failed may have lost it
  }

  pause() {
    const { run, held } = this;
    if (!run?.isTraining) return;
    run.isTraining = false;
    if (held === run) this.ask({ ask: "stop" });
  }

  ask(question) {
    return this.connection.ask(question);
  }

  // Train, or pause.
  toggle() {
    const { isTraining, epochs, end } = this.run;
    if (isTraining) {
      this.pause();
      this.run.isEnding = true; // the worker ends its epoch first
      this.show();
    } else this.train(epochs < end ? end - epochs : EPOCHS);
  }

  // Train for so many epochs more.
  async train(count) {
    const { run } = this;
    if (run.isTraining || run.hasDiverged) return;
    const limit = run.epochs + count;
    const own = (run.isTraining = {});
    this.marked = null;
    this.show();
    await this.tryTo(async () => {
      if (this.held !== run) await this.hold(run);
      if (run.isTraining === own) await this.ask({ ask: "train", limit });
    });
    run.isEnding = false;
    if (run.isTraining && run.isTraining !== own) return; // it was pressed again
    const isFull = run.isTraining && count === EPOCHS;
    run.isTraining = false;
    if (this.run === run) this.finish(isFull && run.epochs === limit);
  }

  finish(isFull) {
    if (isFull) this.message = MORE;
    if (isFull || !this.message) this.announceRun(); // no problem
    this.keep();
    this.show();
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
    if (run === this.run) this.values = { ...this.values, ...change };
    if (run?.samples.length === 1) this.keep();
    this.show();
  }

  // Keep the run in the browser, unless a story can tell it again.
  keep() {
    const { run } = this;
    const isFinite = [...run.perplexity, ...run.norm].every(Number.isFinite);
    if (!run.isOwn || !run.params || !isFinite || run.isForgotten) return;
    try {
      keep(this.makeNetwork(run), run.lasting);
      this.kept = run;
    } catch {
      this.say(NOT_KEPT);
    }
  }

  forgetKept() {
    forget();
    this.kept.isForgotten = true;
    this.kept = null;
    this.say(FORGOTTEN);
    this.place.querySelector(".primary").focus();
  }

  // Return a run as a network, as it wrote last.
  makeNetwork({ params, settings, text, title }) {
    const { vocabulary, prefix } = text;
    return { name: `yours, ${title}`, h: settings.h, params, vocabulary, prefix };
  }

  // Point at what was written nearest to an epoch, or at nothing.
  point(epoch) {
    const distance = (sample) => Math.abs(sample.epoch - epoch);
    const order = (a, b) => distance(a) - distance(b);
    const [nearest = null] = this.run.samples.toSorted(order);
    const marked = epoch === null ? null : nearest;
    if (this.marked === marked) return; // it is under the pointer still
    this.marked = marked;
    this.show();
  }

  movePoint(step) {
    const { samples } = this.run;
    const at = this.marked ? samples.indexOf(this.marked) : samples.length;
    this.point(samples[Math.max(0, at + step)]?.epoch ?? null);
    this.announceRun();
  }

  announceRun() {
    const { epochs, perplexity, sample } = this.run;
    const { epoch, text } = this.marked ?? { epoch: epochs, text: sample };
    if (epochs === 0) return;
    const value = formatValue(perplexity[epoch - 1]);
    this.announce(`Epoch ${epoch}, perplexity ${value}. It writes: ${text}`);
  }

  // Train on a promise of a text, which is rejected if it cannot be used.
  async useText(found, lettersOnly, name) {
    const { turn } = this;
    const choice = (this.choice = {});
    const text = await this.ask({ ask: "prepare", raw: await found, lettersOnly });
    if (this.turn === turn && this.choice === choice) this.trainOn(makeText(text, name));
  }

  // Begin the usual run on another text.
  trainOn(text) {
    this.text = text;
    this.renew({});
    this.place.querySelector(".sample").scrollIntoView({ block: "nearest" });
    this.train(EPOCHS);
  }

  end() {
    super.end();
    this.connection.end("The cell was run again.");
  }
}
