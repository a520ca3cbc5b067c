// The trainer: a small network is trained in the page, and the reader interferes.
import { connect } from "./connection.mjs";
import { makeChart } from "./chart.mjs";
import { makeStories } from "./stories.mjs";
import { begin, choice, labelled, makeSeed } from "./dom.mjs";
import { announcer, button, element } from "./element.mjs";
import {
  STORIES,
  USUAL,
  settingsFor,
  shown,
  sliderValue,
} from "./trainings.mjs";

const INVITATION =
  "Choose a story, and watch it unfold. Or press Train, and interfere.";
const LIMIT = 500; // epochs, after which a training waits
const PAUSE = 1500; // milliseconds before a screen reader is told
const PREFIX = "the time traveller"; // as the text begins

const SAMPLE =
  `What it writes after “${PREFIX}”, always taking the most probable character`;
const NAMES = {
  theta: "Threshold θ",
  unclipped: "No clipping",
  lr: "Learning rate",
  isRandom: "Order of subsequences",
  reset: "State back to zeros",
  numSteps: "Characters in a subsequence",
  h: "Hidden units",
  size: "Size of the first weights",
  seed: "Seed",
};
const ANY_TIME = ["theta", "unclipped", "lr", "isRandom", "reset"];
const AT_START = ["numSteps", "h", "size", "seed"];
const CHOICES = {
  isRandom: { "": "in order", random: "shuffled" },
  reset: { epoch: "each epoch", minibatch: "each minibatch", never: "never" },
  numSteps: { 5: "5", 10: "10", 20: "20", 35: "35", 70: "70" },
  h: { 128: "128", 256: "256", 512: "512, as the chapter" },
};
const SLIDERS = { theta: [0.05, 20], lr: [0.01, 5], size: [0.001, 5] };

// A slider whose positions are the exponents of its values.
function slider([least, most]) {
  const [min, max] = [Math.log10(least), Math.log10(most)];
  return element("input", { type: "range", min, max, step: 0.01 });
}

// Return the controls by name; `act` is called when one of them changes.
function makeControls(seed, act) {
  const controls = {
    seed,
    unclipped: element("input", { type: "checkbox" }),
  };
  for (const name in SLIDERS) controls[name] = slider(SLIDERS[name]);
  for (const name in CHOICES) controls[name] = choice(CHOICES[name]);
  for (const control of Object.values(controls)) control.oninput = act;
  return controls;
}

class Trainer {
  constructor(place, { opening, tokens }) {
    this.place = place;
    this.tokens = ["<unk>", ...tokens];
    this.symbols = [...opening].map((c) => this.tokens.indexOf(c));
    this.prefix = [...PREFIX].map((c) => this.tokens.indexOf(c));
    this.ask = connect(WORKER, (report) => this.receive(report));
    this.values = { ...USUAL };
    this.title = "with the usual settings";
    [this.run, this.before] = [null, null];
    this.build();
    this.showValues();
  }

  build() {
    this.seed = makeSeed();
    this.controls = makeControls(this.seed.input, () => this.change());
    this.outputs = {};
    for (const name in SLIDERS) {
      this.outputs[name] = element("span", { className: "value" });
    }
    this.go = button("Train", () => this.toggle());
    this.go.className = "main";
    this.numbers = element("div", { className: "numbers" });
    this.sample = element("p", { className: "text sample" });
    this.status = element("p", { className: "status" });
    this.perplexity = makeChart("Perplexity", { least: 1, most: 100 });
    const title = "Largest gradient norm of the epoch";
    this.norm = makeChart(title, { least: 0.1, most: 100 });
    this.stories = makeStories(STORIES, INVITATION, (s) => this.tell(s));
    this.place.append(this.stories.place, ...this.makeParts());
    this.announce = announcer(this.place, PAUSE);
    this.showRun();
  }

  // Return what stands below each other; a curve is beside what moves it.
  makeParts() {
    const box = (className, ...parts) =>
      element("div", { className }, ...parts);
    this.one = button("One epoch", () => this.train(1));
    const reset = button("Reset", () => this.restart());
    const about = element("p", { className: "title" }, SAMPLE);
    return [
      box("buttons", this.go, this.one, reset),
      this.status,
      this.numbers,
      box(
        "sides",
        this.perplexity.place,
        this.makeSettings("At any time", ANY_TIME),
        this.norm.place,
        this.makeSettings("From the next Reset on", AT_START),
      ),
      about,
      this.sample,
    ];
  }

  makeSettings(legend, names) {
    const labels = names.map((name) =>
      labelled(NAMES[name], this.controls[name], this.outputs[name]),
    );
    const about = element("legend", {}, legend);
    return element("fieldset", { className: "settings" }, about, ...labels);
  }

  // Set up a story, and train.
  async tell({ values, title }) {
    this.title = title;
    this.values = { ...USUAL, seed: this.values.seed, ...values };
    this.showValues();
    if (!(await this.restart())) return;
    this.go.scrollIntoView({ block: "nearest" });
    this.train(LIMIT);
  }

  // Do something, and say what went wrong if it fails.
  async safely(act) {
    const { run } = this;
    try {
      return await act();
    } catch (error) {
      if (run) run.isTraining = false;
      this.showRun();
      this.say(error.message ?? "The training does not answer.");
    }
  }

  // Take over what the controls say.
  change() {
    const { controls } = this;
    const { theta, unclipped, lr, isRandom, reset } = controls;
    const { numSteps, h, size } = controls;
    const before = this.values;
    const rate = sliderValue(lr.valueAsNumber);
    this.values = {
      falls: rate === before.lr ? before.falls : 0, // else the reader's holds
      theta: unclipped.checked ? Infinity : sliderValue(theta.valueAsNumber),
      lr: rate,
      isRandom: isRandom.value !== "",
      reset: reset.value,
      numSteps: Number(numSteps.value),
      h: Number(h.value),
      size: sliderValue(size.valueAsNumber),
      seed: this.seed.seed(),
    };
    this.title = "with your own settings";
    this.stories.release();
    this.showOutputs();
    this.update();
  }

  // Tell the worker what may change at any time.
  update() {
    const { theta, lr, isRandom, reset, falls } = this.values;
    const settings = { theta, lr, isRandom, reset, falls };
    if (!this.run) return;
    this.safely(() => this.ask({ ask: "change", settings }));
    this.showRun();
  }

  // Set the controls to the values.
  showValues() {
    const { controls, values } = this;
    const isUnclipped = values.theta === Infinity;
    controls.unclipped.checked = isUnclipped;
    controls.theta.value = isUnclipped ? 0 : Math.log10(values.theta);
    controls.lr.value = Math.log10(values.lr);
    controls.size.value = Math.log10(values.size);
    controls.isRandom.value = values.isRandom ? "random" : "";
    for (const name of ["reset", "numSteps", "h", "seed"]) {
      controls[name].value = values[name];
    }
    this.showOutputs();
  }

  showOutputs() {
    const { theta, lr, size } = this.values;
    const isUnclipped = theta === Infinity;
    this.controls.theta.disabled = isUnclipped;
    const texts = {
      theta: isUnclipped ? "none" : String(theta),
      lr: String(lr),
      size: `× ${size}`,
    };
    for (const [name, text] of Object.entries(texts)) {
      this.outputs[name].textContent = text;
      this.controls[name].ariaValueText = text;
    }
  }

  // Begin anew by the settings; what was trained stays to be compared with.
  // Return whether nobody has begun something else meanwhile.
  restart() {
    const turn = (this.turn = {});
    const settings = settingsFor(this.values);
    const { symbols, tokens, title } = this;
    return this.safely(async () => {
      await this.ask({ ask: "begin", symbols, V: tokens.length, settings });
      if (this.turn !== turn) return false;
      if (this.run?.perplexity.length > 1) this.before = this.run;
      this.run = { title, settings, perplexity: [], norm: [], clipped: "–" };
      this.say("");
      this.showRun();
      return true;
    });
  }

  toggle() {
    if (this.run?.isTraining) this.safely(() => this.ask({ ask: "stop" }));
    else this.train(LIMIT);
  }

  async train(count) {
    if (!this.run && !(await this.restart())) return;
    const { run } = this;
    if (run.isTraining || run.hasDiverged) return;
    run.isTraining = true;
    this.showRun();
    const limit = run.perplexity.length + count;
    const question = { ask: "train", limit, prefix: this.prefix };
    await this.safely(() => this.ask(question));
    run.isTraining = false;
    if (this.run !== run) return;
    this.showRun();
    this.announceRun();
    if (run.perplexity.length === limit && count === LIMIT) {
      this.status.textContent = `Paused after ${limit} epochs: Train goes on.`;
    }
  }

  // Take what the worker says of some epochs.
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
      this.showValues();
    }
    this.showRun();
  }

  showRun() {
    const { run, before, values } = this;
    this.go.textContent = run?.isTraining ? "Pause" : "Train";
    const count = run?.perplexity.length ?? 0;
    const longest = Math.max(100, count, before?.perplexity.length ?? 0);
    for (const name of ["perplexity", "norm"]) {
      const [now, then] = [run?.[name] ?? [], before?.[name] ?? []];
      this[name].show(longest, now, then, nameOf(before));
    }
    this.norm.mark(values.theta, "θ");
    this.showNumbers(count);
    const isOver = run?.hasDiverged ?? false;
    this.go.disabled = isOver;
    this.one.disabled = isOver || (run?.isTraining ?? false);
    this.sample.textContent = this.written();
  }

  // Return what the network writes, or why it does not.
  written() {
    const { hasDiverged, written = [] } = this.run ?? {};
    if (hasDiverged) {
      return "The training has diverged: a gradient is not finite.";
    }
    const letters = written.map((symbol) => this.tokens[symbol]);
    return letters.join("") || "Nothing yet.";
  }

  showNumbers(count) {
    const { run } = this;
    const last = (values) => (values?.length ? values.at(-1) : undefined);
    const facts = {
      "Hidden units": String(run?.settings.h ?? this.values.h),
      Epochs: String(count),
      Perplexity: shown(last(run?.perplexity)),
      "Largest norm": shown(last(run?.norm)),
      "Steps clipped": run?.clipped ?? "–",
    };
    this.numbers.replaceChildren(
      ...Object.entries(facts).map(([name, value]) =>
        element("div", {}, `${name} `, element("strong", {}, value)),
      ),
    );
  }

  announceRun() {
    const { perplexity } = this.run;
    if (perplexity.length === 0) return;
    const value = shown(perplexity.at(-1));
    const about = `${perplexity.length} epochs, perplexity ${value}.`;
    this.announce(`${about} It writes: ${this.written()}`);
  }

  say(text) {
    this.status.textContent = text;
    this.announce(text);
  }
}

// Name a run in a legend.
function nameOf(run) {
  return run ? `${run.title}, seed ${run.settings.seed}` : "";
}

if (globalThis.document) begin("trainer", (place, data) => new Trainer(place, data));
