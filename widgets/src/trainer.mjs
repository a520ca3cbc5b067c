// The trainer: a widget that trains a small network, while the reader watches
// and interferes.
import { Chart } from "./chart.mjs";
import { box, button, element, paragraph } from "./elements.mjs";
import { start } from "./page.mjs";
import { Stories } from "./stories.mjs";
import { TrainerControls } from "./trainer_controls.mjs";
import {
  STORIES,
  USUAL,
  formatValue,
  trainingSettings,
} from "./trainer_settings.mjs";
import { Widget } from "./widget.mjs";

const PROMPT =
  "Choose a story, and watch it unfold. Or press Train, and interfere.";
const EPOCHS = 500; // after which a training pauses
const DELAY = 1500; // milliseconds before a screen reader announces
const PREFIX = "the time traveller"; // as the text begins
const SAMPLE_TITLE =
  `What it writes after “${PREFIX}”, ` +
  "always taking the most probable character";
const NO_RUN = { perplexity: [], norm: [], clipped: "–" };

class Trainer extends Widget {
  constructor(place, { opening, tokens }) {
    super(place, DELAY);
    this.tokens = ["<unk>", ...tokens];
    const encode = (text) => [...text].map((c) => this.tokens.indexOf(c));
    this.symbols = encode(opening);
    this.prefix = encode(PREFIX);
    this.values = { ...USUAL };
    this.title = "with the usual settings";
    [this.run, this.previous] = [NO_RUN, NO_RUN];
    this.build();
    this.controls.values = this.values;
    this.showRun();
  }

  build() {
    this.controls = new TrainerControls(() => this.change());
    this.go = button("Train", () => {
      if (this.run.isTraining) this.tryTo(() => this.ask({ ask: "stop" }));
      else this.train(EPOCHS);
    });
    this.go.className = "primary";
    this.one = button("One epoch", () => this.train(1));
    const reset = button("Reset", () => this.restart());
    this.numbers = box("grid numbers");
    this.sample = paragraph("transcript sample");
    this.perplexity = new Chart("Perplexity", { least: 1, most: 100 });
    const norm = "Largest gradient norm of the epoch";
    this.norm = new Chart(norm, { least: 0.1, most: 100 });
    const runStory = (story) => this.runStory(story);
    this.stories = new Stories(STORIES, PROMPT, { run: runStory });
    this.place.append(
      this.stories.place,
      box("buttons", this.go, this.one, reset),
      this.status,
      this.numbers,
      box(
        "grid columns", // a curve is beside what moves it
        ...[this.perplexity.place, this.controls.anyTime],
        ...[this.norm.place, this.controls.atStart],
      ),
      paragraph("title", SAMPLE_TITLE),
      this.sample,
    );
  }

  // Set the controls to a story, and train.
  async runStory({ values, title }) {
    this.title = title;
    this.values = { ...USUAL, seed: this.values.seed, ...values };
    this.controls.values = this.values;
    if (!(await this.restart())) return;
    this.go.scrollIntoView({ block: "nearest" });
    this.train(EPOCHS);
  }

  // Take over the settings of the reader.
  change() {
    const { lr, falls } = this.values;
    const values = this.controls.values;
    const isSameRate = values.lr === lr; // another one stays as it is
    this.values = { ...values, falls: isSameRate ? falls : 0 };
    this.title = "with your own settings";
    this.stories.release();
    if (this.run === NO_RUN) return;
    this.tryTo(() => this.ask({ ask: "change", settings: this.values }));
    this.showRun();
  }

  forget() {}

  stop() {
    this.run.isTraining = false;
    this.showRun();
  }

  // Begin a new training by the settings; the previous one stays, to compare.
  // Return whether the reader has not begun another one meanwhile.
  restart() {
    const turn = (this.turn = {});
    const settings = trainingSettings(this.values);
    const { symbols, tokens, title } = this;
    return this.tryTo(async () => {
      await this.ask({ ask: "begin", symbols, V: tokens.length, settings });
      if (this.turn !== turn) return false;
      if (this.run.perplexity.length > 1) this.previous = this.run;
      const { seed, h } = settings;
      const name = `${title}, seed ${seed}`;
      this.run = { ...NO_RUN, name, h, perplexity: [], norm: [] };
      this.say("");
      this.showRun();
      return true;
    });
  }

  async train(count) {
    if (this.run === NO_RUN && !(await this.restart())) return;
    const { run } = this;
    if (run.isTraining || run.hasDiverged) return;
    run.isTraining = true;
    this.showRun();
    const limit = run.perplexity.length + count;
    const question = { ask: "train", limit, prefix: this.prefix };
    await this.tryTo(() => this.ask(question));
    run.isTraining = false;
    if (this.run !== run) return;
    this.showRun();
    this.announceRun();
    if (run.perplexity.length === limit && count === EPOCHS) {
      this.status.textContent = `Paused after ${limit} epochs: Train goes on.`;
    }
  }

  // Add the epochs that the worker reports.
  receive({ epochs, written, lr, hasDiverged }) {
    const { run, values } = this;
    if (!this.place.isConnected) this.ask({ ask: "stop" }); // a cell ran again
    for (const { perplexity, norms } of epochs) {
      run.perplexity.push(perplexity);
      run.norm.push(norms.reduce((a, b) => Math.max(a, b)));
      const long = norms.filter((norm) => norm > values.theta).length;
      const share = `${Math.round((100 * long) / norms.length)} %`;
      run.clipped = values.theta < Infinity ? share : "–";
    }
    run.written = written ?? run.written;
    run.hasDiverged = hasDiverged;
    if (values.falls > 0 && lr !== values.lr) {
      Object.assign(values, { lr, falls: 0 });
      this.controls.values = values;
    }
    this.showRun();
  }

  showRun() {
    const { run, previous, values } = this;
    const counts = [run, previous].map(({ perplexity }) => perplexity.length);
    const longest = Math.max(100, ...counts);
    for (const curve of ["perplexity", "norm"]) {
      const curves = { values: run[curve], previous: previous[curve] };
      const limit = curve === "norm" ? values.theta : NaN;
      this[curve].show({ ...curves, name: previous.name, longest, limit });
    }
    this.showNumbers();
    this.go.textContent = run.isTraining ? "Pause" : "Train";
    this.go.disabled = run.hasDiverged ?? false;
    this.one.disabled = this.go.disabled || (run.isTraining ?? false);
    this.sample.textContent = this.sampleText();
  }

  showNumbers() {
    const { h = this.values.h, perplexity, norm, clipped } = this.run;
    const numbers = {
      "Hidden units": h,
      Epochs: perplexity.length,
      Perplexity: formatValue(perplexity.at(-1)),
      "Largest norm": formatValue(norm.at(-1)),
      "Steps clipped": clipped,
    };
    const boxes = Object.entries(numbers).map(([name, value]) =>
      box("", `${name} `, element("strong", {}, value)),
    );
    this.numbers.replaceChildren(...boxes);
  }

  // Return what the network writes, or why it writes nothing.
  sampleText() {
    const { hasDiverged, written = [] } = this.run;
    if (hasDiverged) {
      return "The training has diverged: a gradient is not finite.";
    }
    const letters = written.map((symbol) => this.tokens[symbol]);
    return letters.join("") || "Nothing yet.";
  }

  announceRun() {
    const { perplexity } = this.run;
    if (perplexity.length === 0) return;
    const value = formatValue(perplexity.at(-1));
    const about = `${perplexity.length} epochs, perplexity ${value}.`;
    this.announce(`${about} It writes: ${this.sampleText()}`);
  }
}

start("trainer", Trainer);
