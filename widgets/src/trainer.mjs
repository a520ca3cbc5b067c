// The trainer: a widget that trains a small network, while the reader watches
// and interferes.
import { answer } from "./answers.mjs";
import { Chart } from "./chart.mjs";
import { box, button, element, paragraph } from "./elements.mjs";
import { offer } from "./networks.mjs";
import { formatValue } from "./numbers.mjs";
import { OwnTextPanel } from "./own_text_panel.mjs";
import { start } from "./page.mjs";
import { Run, makeText } from "./runs.mjs";
import { RunsTable } from "./runs_table.mjs";
import { Stories } from "./stories.mjs";
import { TakeHome } from "./take_home.mjs";
import { encode } from "./text.mjs";
import { TrainerControls } from "./trainer_controls.mjs";
import {
  ANY_TIME,
  STEPS,
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
const LEAST = 100; // epochs on the axis
const KEPT = 6; // trainings
const DELAY = 1500; // milliseconds before a screen reader announces
const SIZES = { batchSize: 32, numSteps: Math.max(...STEPS) };

class Trainer extends Widget {
  constructor(place, { opening, next, vocabulary, stories }) {
    super(place, DELAY);
    this.stories = stories.map(({ settings, changes, ...story }) => ({
      ...{ settings: readSettings(settings), changes: readChanges(changes) },
      ...story,
    }));
    const tokens = ["<unk>", ...Object.keys(vocabulary)];
    const [symbols, heldOut] = [opening, next].map(
      (text) => encode(text, tokens).symbols,
    );
    this.novel = this.text = makeText({ symbols, heldOut, vocabulary });
    this.runs = [];
    this.planned = [];
    this.build();
    this.set(USUAL);
    this.followLink();
    this.listen(window, "hashchange", () => this.followLink());
    this.showRun();
  }

  get run() {
    return this.runs.at(-1);
  }

  build() {
    this.controls = new TrainerControls(() => this.change());
    this.go = button("Train", () => {
      if (this.isTraining) this.tryTo(() => this.ask({ ask: "stop" }));
      else this.train((this.run?.epochs ?? 0) + EPOCHS);
    });
    this.go.className = "primary";
    this.one = button("One epoch", () => this.train((this.run?.epochs ?? 0) + 1));
    this.perplexity = new Chart("Perplexity", { least: 1, most: 100 });
    this.norm = new Chart("Largest gradient norm", { least: 0.1, most: 100 });
    this.told = new Stories(this.stories, PROMPT, {
      open: ({ settings }) => this.set(settings),
      run: (story) => this.runStory(story),
    });
    this.sampleTitle = paragraph("title");
    this.sample = paragraph("transcript sample");
    this.table = new RunsTable({
      "Write with it": (run) => this.handOver(run),
      "Take it home": (run) => this.takeHome(run),
      "Copy a link": (run) => this.copyLink(run),
    });
    this.home = new TakeHome((text, name) => this.copy(text, name));
    this.own = new OwnTextPanel(
      (text) => this.useText(text),
      () => this.leaveText(),
    );
    this.place.append(...this.makeParts());
  }

  // Return what stands below each other.
  makeParts() {
    const fresh = button("New training", () => this.begin());
    const written = element(
      "section",
      { className: "written-so-far", ariaLabel: "What it writes" },
      ...[this.sampleTitle, this.sample],
    );
    return [
      this.told.place,
      box("go", box("buttons", this.go, this.one, fresh), this.status),
      box(
        "stage",
        box("", this.perplexity.place, this.norm.place),
        box("", written, this.controls.anyTime, this.controls.atStart),
      ),
      ...[this.table.place, this.home.place, this.own.place],
    ];
  }

  // Set the controls to values that differ from the usual ones.
  set(values) {
    const { seed } = this.controls.values;
    this.controls.values = { ...USUAL, seed, ...values };
    this.values = this.controls.values;
  }

  // Set up what a link holds, and scroll to where it is seen.
  followLink() {
    let link;
    try {
      link = parseLink(location.hash);
    } catch {
      return this.say("The link is damaged: its settings cannot be read.");
    }
    if (!link) return;
    const story = this.stories.find(({ name }) => name === link.story);
    this.stop();
    this.set(story?.settings ?? link.settings);
    this.planned = link.changes;
    if (story) this.told.choose(story);
    else this.say("The settings are those of the link. Press New training.");
    this.place.scrollIntoView();
  }

  // Set the controls to a story, train to its end, and tell the answer.
  async runStory(story) {
    const isCompared = story.against === "usual";
    const usual = isCompared && (await this.findUsual(story));
    if (isCompared && !usual) return; // the reader has begun another one
    this.set(story.settings);
    this.planned = story.changes;
    if (!(await this.begin())) return;
    const { run } = this;
    run.end = story.end;
    this.sample.scrollIntoView({ block: "nearest" });
    await this.train(story.end);
    const isWhole = run.epochs === story.end || run.hasDiverged;
    const isTouched = run.changes.length > story.changes.length;
    if (isWhole && !isTouched) this.tell(story, run, answer(story, run, usual));
  }

  // Return the run that a story is seen against, trained first if need be.
  async findUsual({ end }) {
    const isUsual = ({ settings, changes, epochs, text }) =>
      text === this.text &&
      epochs >= end &&
      changes.every(([epoch]) => epoch >= end) &&
      Object.keys(differences(settings, USUAL)).every((name) => name === "seed");
    const found = this.runs.find(isUsual);
    if (found) return found;
    this.set({});
    if (!(await this.begin())) return null;
    const { run } = this;
    this.say("First the usual training, to compare with.");
    await this.train(end);
    return run.epochs === end && this.run === run ? run : null;
  }

  // Write the answer of a story on the chart, and beside the prediction.
  tell(story, run, { option, note }) {
    run.note = { epoch: run.epochs, text: note };
    const { src } = this.place.parentElement.querySelector(".lazy").dataset;
    const href = src && `${story.page}.html`; // a notebook has no pages beside
    this.told.tell(option, story.why, href);
    this.showRun();
  }

  // Take over the settings of the reader.
  change() {
    const { values } = this.controls;
    const change = differences(values, this.values, ANY_TIME);
    this.values = values;
    if (!this.run || Object.keys(change).length === 0) return;
    this.tryTo(() => this.ask({ ask: "change", change }));
  }

  forget() {
    this.isLost = true; // a training that a worker held cannot go on
  }

  stop() {
    this.isTraining = false;
    this.showRun();
  }

  // Begin a new training by the settings. Return whether the reader has not
  // begun another one meanwhile.
  begin() {
    const turn = (this.turn = {});
    const { values, text } = this;
    return this.tryTo(async () => {
      await this.keepParams();
      if (this.turn !== turn) return false;
      const run = new Run(text, values, this.planned);
      this.planned = [];
      this.runs = [...this.runs.filter(({ epochs }) => epochs > 0), run].slice(-KEPT);
      this.isTraining = this.isLost = false;
      await this.ask({
        ...{ ask: "begin", id: run.number, V: text.tokens.length },
        ...{ settings: trainingSettings(values), changes: run.planned },
        text: { ...text, prefix: encode(text.prefix, text.tokens).symbols },
      });
      this.say("");
      this.showRun();
      return this.turn === turn;
    });
  }

  // Keep the parameters of the training that the worker holds.
  async keepParams() {
    if (!this.run || this.isLost) return;
    const { run } = this;
    run.params = await this.ask({ ask: "params" });
  }

  // Train up to `limit` epochs.
  async train(limit) {
    if ((!this.run || this.isLost) && !(await this.begin())) return;
    const { run } = this;
    if (this.isTraining || run.hasDiverged) return;
    this.isTraining = true;
    this.showRun();
    await this.tryTo(() => this.ask({ ask: "train", limit }));
    if (this.run !== run) return;
    this.isTraining = false;
    this.showRun();
    this.announceRun();
  }

  // Take over what the worker reports, unless it is of an earlier training.
  receive({ id, ...report }) {
    if (id !== this.run.number) return;
    const change = this.run.add(report);
    this.controls.values = this.values = { ...this.values, ...change };
    this.showRun();
  }

  showRun() {
    const { run, isTraining } = this;
    const isStuck = run?.hasDiverged ?? false;
    this.go.textContent = isTraining ? "Pause" : "Train";
    this.go.ariaDisabled = isStuck;
    this.one.ariaDisabled = isStuck || (isTraining ?? false);
    this.showCurves();
    this.table.show(this.runs.filter(({ epochs }) => epochs > 0));
    const { prefix } = (run ?? this).text ?? this.text;
    this.sampleTitle.textContent = `What it writes after “${prefix}”`;
    this.sample.textContent = run?.sample || "Nothing yet.";
  }

  showCurves() {
    const { run } = this;
    const { perplexity = [], norm = [], heldOut = [], note } = run ?? {};
    const others = this.runs.slice(0, -1);
    const lengths = this.runs.map(({ epochs }) => epochs);
    const longest = Math.max(run?.end ?? LEAST, ...lengths);
    const marks = (run?.shownChanges ?? []).map(([epoch, change]) => [
      epoch,
      describeSettings(change),
    ]);
    const curves = (name) =>
      others.map((other) => ({
        ...{ name: other.name, mark: other.number, values: other[name] },
      }));
    const { guessing, letters, pairs } = (run ?? this).text.floors;
    const limits = {
      [`guessing ${guessing}`]: guessing,
      [`counting letters ${formatValue(letters)}`]: letters,
      [`counting pairs ${formatValue(pairs)}`]: pairs,
    };
    const theta = { θ: run ? this.values.theta : NaN };
    this.perplexity.show({
      ...{ longest, values: perplexity, others: curves("perplexity") },
      ...{ heldOut, limits, marks, note },
    });
    this.norm.show({
      ...{ longest, values: norm, others: curves("norm") },
      ...{ limits: theta, marks },
    });
    this.showNumbers();
  }

  showNumbers() {
    const { epochs = 0, perplexity, norm, clipped, heldOut } = this.run ?? {};
    const held = heldOut?.at(-1)?.[1];
    const other = held ? `, held out ${formatValue(held)}` : "";
    this.perplexity.heading.textContent =
      `Epoch ${epochs}: perplexity ${formatValue(perplexity?.at(-1))}${other}`;
    const share = clipped ? `, ${Math.round(100 * clipped)} % of steps clipped` : "";
    this.norm.heading.textContent =
      `Largest gradient norm: ${formatValue(norm?.at(-1))}${share}`;
  }

  announceRun() {
    const { epochs, perplexity, sample } = this.run;
    if (epochs === 0) return;
    const value = formatValue(perplexity.at(-1));
    this.announce(`${epochs} epochs, perplexity ${value}. It writes: ${sample}`);
  }

  // Return a run as a network, with its parameters of now.
  async makeNetwork(run) {
    if (run === this.run) await this.keepParams();
    const { params, settings, text, epochs } = run;
    const { h } = settings;
    const of = text === this.novel ? "" : "own text, ";
    const name = `yours, ${of}${h} units, ${epochs} epochs`;
    return { name, h, params, vocabulary: text.vocabulary };
  }

  handOver(run) {
    return this.tryTo(async () => {
      offer(await this.makeNetwork(run));
    });
  }

  takeHome(run) {
    return this.tryTo(async () => {
      const file = this.home.take(await this.makeNetwork(run), run.text.prefix);
      this.say(`The network is saved as ${file}.`);
    });
  }

  copyLink({ settings, changes, text }) {
    const but = text === this.novel ? "" : ", without your text,";
    const link = location.href.split("#")[0] + writeLink(settings, changes);
    return this.copy(link, `A link to the training${but}`);
  }

  // Train on a text of the reader from now on; return what is to be said.
  async useText(raw) {
    try {
      const { message, ...text } = await this.ask({
        ...{ ask: "prepare", raw, sizes: SIZES },
      });
      this.text = makeText(text);
      await this.begin();
      return `${message} Press Train.`;
    } catch (error) {
      return error.message;
    }
  }

  leaveText() {
    this.text = this.novel;
    this.begin();
    return "The network trains on the opening of the novel again.";
  }
}

start("trainer", Trainer);
