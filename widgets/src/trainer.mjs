// The trainer: a widget that trains a small network, while the reader watches
// and interferes.
import { answer } from "./answers.mjs";
import { Chart } from "./chart.mjs";
import { box, button, paragraph } from "./elements.mjs";
import { offer } from "./networks.mjs";
import { formatValue } from "./numbers.mjs";
import { OwnTextPanel } from "./own_text_panel.mjs";
import { start } from "./page.mjs";
import { Run, makeText } from "./runs.mjs";
import { RunsTable } from "./runs_table.mjs";
import { Stories } from "./stories.mjs";
import { TakeHome } from "./take_home.mjs";
import { encode, tokensOf } from "./text.mjs";
import { TrainerControls } from "./trainer_controls.mjs";
import {
  ANY_TIME,
  LISTS,
  USUAL,
  describeSettings,
  differences,
  parseLink,
  readChanges,
  readSettings,
  trainingSettings,
  writeLink,
} from "./trainer_settings.mjs";
import { Widget } from "./widget.mjs";

const PROMPT =
  "Choose a story, and predict how it ends. Or press Train, and change the " +
  "settings while it runs.";
const EPOCHS = 500; // after which a training pauses
const MORE = `A pause after ${EPOCHS} epochs. Press Train for ${EPOCHS} more.`;
const LEAST = 100; // epochs on the axis
const KEPT = 6; // trainings
const DELAY = 1500; // milliseconds before a screen reader announces
const SIZES = { batchSize: 32, numSteps: Math.max(...LISTS.numSteps) };

class Trainer extends Widget {
  constructor(place, { opening, next, vocabulary, stories, python }) {
    super(place, DELAY);
    this.stories = stories.map((story) => ({
      ...story,
      settings: readSettings(story.settings),
      changes: readChanges(story.changes),
    }));
    const tokens = tokensOf(vocabulary);
    const [symbols, heldOut] = [opening, next].map(
      (text) => encode(text, tokens).symbols,
    );
    this.novel = this.text = makeText({ symbols, heldOut, vocabulary }, "");
    [this.runs, this.count] = [[], 0]; // those shown, and all that began
    this.home = new TakeHome(python, (text, name) => this.copy(text, name));
    this.build();
    this.renew(USUAL);
    this.followLink();
    this.listen(window, "hashchange", () => this.followLink());
  }

  get run() {
    return this.runs.at(-1);
  }

  build() {
    this.controls = new TrainerControls(() => this.change());
    this.go = button("Train", () => {
      const { isTraining, epochs, end } = this.run;
      if (isTraining) this.pause();
      else this.train(epochs < end ? end - epochs : EPOCHS);
    });
    this.go.className = "primary";
    this.one = button("One epoch", () => this.train(1));
    this.perplexity = new Chart("Perplexity", { least: 1, most: 100 });
    this.norm = new Chart("Largest gradient norm", { least: 0.1, most: 100 });
    this.told = new Stories(this.stories, PROMPT, {
      open: ({ settings, changes }) => this.renew(settings, changes),
      run: (story) => this.runStory(story),
    });
    const usual = button("Usual settings", () => this.leaveStory({}));
    this.controls.atStart.append(usual);
    this.sampleTitle = paragraph("title");
    this.sample = paragraph("transcript sample");
    this.table = new RunsTable({
      "Write with it": (run) => this.handOver(run),
      "Take it home": (run) => this.takeHome(run),
      "Copy a link": (run) => this.copyLink(run),
    });
    this.own = new OwnTextPanel(
      (text) => this.useText(text),
      () => this.leaveText(),
    );
    this.place.append(...this.makeParts());
  }

  // Return what stands below each other.
  makeParts() {
    const fresh = button("New training", () => this.leaveStory(this.values));
    return [
      this.told.place,
      box("go", box("buttons", this.go, this.one, fresh), this.status),
      box(
        "stage",
        box("", this.perplexity.place, this.norm.place),
        box(
          "",
          box("", this.sampleTitle, this.sample),
          ...[this.controls.anyTime, this.controls.atStart],
        ),
      ),
      ...[this.table.place, this.home.place, this.own.place],
    ];
  }

  // Make a new training, which begins when the reader wants to train. Settings
  // are the usual ones, where they are not given.
  renew(settings, changes = []) {
    this.pause();
    this.turn = {};
    const { seed } = this.controls.values;
    this.controls.values = { ...USUAL, seed, ...settings };
    this.values = this.controls.values;
    const run = new Run(this.text, this.values, changes);
    const begun = this.runs.filter(({ epochs }) => epochs > 0);
    this.runs = [...begun, run].slice(-KEPT);
    this.say("");
    this.showRun();
    return run;
  }

  // Make a new training that no story is about.
  leaveStory(settings, changes) {
    this.told.release();
    return this.renew(settings, changes);
  }

  // Set up what a link holds, and scroll to where it is seen.
  followLink() {
    let link;
    try {
      link = parseLink(location.hash);
    } catch {
      this.place.scrollIntoView();
      return this.say("The link is damaged: its settings cannot be read.");
    }
    if (!link) return;
    const story = this.stories.find(({ name }) => name === link.story);
    if (story) this.told.choose(story);
    else this.leaveStory(link.settings, link.changes);
    this.place.scrollIntoView();
  }

  // Train to the end of a story, after the usual run that it may need.
  runStory(story) {
    const { settings, changes, end, against } = story;
    const { seed } = this.values;
    const usual = this.runs.find((each) => each.isUsual(this.text, seed, end));
    const isFirst = against === "usual" && !usual;
    const run = isFirst ? this.renew({}) : this.renew(settings, changes);
    Object.assign(run, { story, usual, end, isFirst });
    if (isFirst) this.say("First the usual training, to compare with.");
    this.sample.scrollIntoView({ block: "nearest" }); // and what is above
    this.train(end);
  }

  // Write the answer of a story on the chart, and beside the prediction.
  tell(run) {
    const { story, usual, isFirst, isTouched } = run;
    if (isTouched) return this.say("You have changed this training: no answer.");
    if (isFirst && run.hasDiverged) return this.say("It has diverged: no answer.");
    if (isFirst) return this.runStory(story);
    const { option, note } = answer(story, run, usual);
    run.note = { epoch: run.epochs, text: note };
    const { src } = this.place.parentElement.querySelector(".lazy").dataset;
    const href = src && `${story.page}.html`; // a notebook has no pages beside
    this.told.tell(option, story.why, href);
  }

  // Take over the settings of the reader: all of them before a training begins.
  change() {
    const { run, held } = this;
    const { values } = this.controls;
    const change = differences(values, this.values, ANY_TIME);
    const names = Object.keys(change);
    this.values = values;
    run.cancel(names);
    if (held !== run && run.epochs === 0) run.settings = values;
    if (held === run && names.length > 0) {
      run.isTouched = true;
      this.tryTo(() => this.ask({ ask: "change", change }));
    }
    this.showRun();
  }

  forget() {
    this.held = null;
  }

  stop() {} // what fails beside a training does not stop it

  pause() {
    const { run, held } = this;
    if (!run?.isTraining) return;
    run.isTraining = false;
    if (held === run) this.ask({ ask: "stop" });
  }

  // Train for so many epochs more.
  async train(count) {
    const isLost = this.held !== this.run && this.run.epochs > 0;
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
    const isOver = run.epochs === run.end || run.hasDiverged;
    if (run.story && isOver && !run.note) this.tell(run);
    this.showRun();
    this.announceRun();
    if (run.epochs > 0 && run.epochs % EPOCHS === 0) {
      this.status.textContent = MORE;
    }
  }

  // Let the worker hold a run, and keep the parameters of the one before.
  async hold(run) {
    const [before, { text, settings }] = [this.held, run];
    this.held = run;
    run.number = ++this.count;
    const question = {
      ...{ ask: "begin", id: run.number, V: text.tokens.length },
      ...{ settings: trainingSettings(settings), changes: run.planned },
      text: { ...text, prefix: encode(text.prefix, text.tokens).symbols },
    };
    try {
      const params = await this.ask(question);
      if (before) before.params = params;
    } catch (error) {
      if (this.held === run) this.held = before;
      throw error;
    }
    this.listen(window, "beforeunload", this.askFirst);
  }

  // Let the browser ask before a training of the reader's own is lost.
  askFirst = (event) => {
    if (this.runs.some(({ isOwn }) => isOwn)) event.preventDefault();
  };

  // Take over what the worker reports of a run.
  receive({ id, ...report }) {
    const run = this.runs.find(({ number }) => number === id);
    const change = run?.add(report) ?? {};
    if (run === this.run && Object.keys(change).length > 0) {
      this.controls.values = { ...this.values, ...change };
      this.values = this.controls.values;
    }
    this.showRun();
  }

  showRun() {
    const { run } = this;
    const { isTraining = false, hasDiverged, text } = run;
    this.go.textContent = isTraining ? "Pause" : "Train";
    this.go.ariaDisabled = hasDiverged;
    this.one.ariaDisabled = hasDiverged || isTraining;
    this.showCurves();
    this.showNumbers();
    this.table.show(this.runs.filter(({ epochs }) => epochs > 0));
    this.sampleTitle.textContent = `What it writes after “${text.prefix}”`;
    this.sample.textContent = run.sample || "Nothing yet.";
  }

  showCurves() {
    const { run } = this;
    const lengths = this.runs.map(({ epochs }) => epochs);
    const longest = run.end
      ? Math.max(run.end, run.epochs)
      : Math.max(LEAST, ...lengths);
    const marks = run.shownChanges.map(([epoch, change]) => [
      epoch,
      describeSettings(change),
    ]);
    const show = (curve, more) => {
      const others = this.runs
        .filter((other) => other !== run && other.text === run.text)
        .map(({ name, number: mark, [curve]: values }) => {
          return { name, mark, values };
        });
      this[curve].show({ longest, values: run[curve], others, marks, ...more });
    };
    const { guessing, letters, pairs } = run.text.floors;
    const limits = {
      [`guessing ${guessing}`]: guessing,
      [`letters ${formatValue(letters)}`]: letters,
      [`pairs ${formatValue(pairs)}`]: pairs,
    };
    show("perplexity", { heldOut: run.heldOut, limits, note: run.note });
    show("norm", { limits: { θ: this.values.theta } });
  }

  showNumbers() {
    const { epochs, end, perplexity, norm, clipped, heldOut } = this.run;
    const last = (values) => formatValue(values.at(-1));
    const held = heldOut.map(([, value]) => value);
    const other = held.length > 0 ? `, held out ${last(held)}` : "";
    const share = `${Math.round(100 * clipped)} % of steps clipped`;
    const of = epochs < end ? ` of ${end}` : "";
    this.perplexity.heading.textContent =
      `Epoch ${epochs}${of}: perplexity ${last(perplexity)}${other}`;
    this.norm.heading.textContent =
      `Largest gradient norm ${last(norm)}, ${share}`;
  }

  // Say it also where the buttons of the table are.
  say(text) {
    super.say(text);
    this.table.status.textContent = text;
  }

  announceRun() {
    const { epochs, perplexity, sample } = this.run;
    if (epochs === 0) return;
    const value = formatValue(perplexity.at(-1));
    this.announce(`${epochs} epochs, perplexity ${value}. It writes: ${sample}`);
  }

  // Return a run as a network, with its parameters of now.
  async makeNetwork(run) {
    if (run === this.held) run.params = await this.ask({ ask: "params" });
    const { params, settings, text, epochs } = run;
    if (!params) throw new Error("The parameters of this training are lost.");
    const of = text === this.novel ? "" : "own text, ";
    const name = `yours, ${of}${settings.h} units, ${epochs} epochs`;
    const { vocabulary, prefix } = text;
    return { name, h: settings.h, params, vocabulary, prefix };
  }

  handOver(run) {
    return this.tryTo(async () => {
      offer(await this.makeNetwork(run));
      const isThere = document.querySelector(".network-widget.playground");
      if (!isThere) this.say("There is no playground on this page to write in.");
    });
  }

  takeHome(run) {
    return this.tryTo(async () => {
      const file = this.home.take(await this.makeNetwork(run));
      this.say(`The network is saved as ${file}.`);
    });
  }

  copyLink({ settings, changes, planned, epochs, text }) {
    const coming = planned.filter(([epoch]) => epoch >= epochs);
    const but = text === this.novel ? "" : ", without your text,";
    const address = location.href.split("#")[0];
    const link = writeLink(settings, [...changes, ...coming]);
    return this.copy(address + link, `A link to the training${but}`);
  }

  // Train on a text of the reader from now on; return what is to be said.
  async useText(raw) {
    const { turn } = this;
    try {
      const question = { ask: "prepare", raw, sizes: SIZES };
      const { message, ...text } = await this.ask(question);
      if (this.turn !== turn) return "";
      this.trainOn(makeText(text));
      this.train(EPOCHS);
      return message;
    } catch (error) {
      return error.message;
    }
  }

  leaveText() {
    this.trainOn(this.novel);
    return "The network trains on the opening of the novel again.";
  }

  // Let the next training be the usual one, on another text.
  trainOn(text) {
    this.text = text;
    this.leaveStory({});
    this.sample.scrollIntoView({ block: "nearest" });
  }
}

start("trainer", Trainer);
