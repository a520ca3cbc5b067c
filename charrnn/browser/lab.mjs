// The lab: a small network is trained in the page, and the reader interferes.
import { connect } from "./connection.mjs";
import { makeChart } from "./chart.mjs";
import { makeStories } from "./stories.mjs";
import { announcer, begin, button, choice, labelled } from "./dom.mjs";
import { element } from "./element.mjs";

const INVITATION =
  "Choose a story, and watch it unfold. Or press Train, and interfere.";
const LIMIT = 500; // epochs, after which a training waits
const FALLEN = 0.3; // the learning rate, when it falls
const PREFIX = "time traveller";

// What a training begins with; it is the small patient of the chapter.
export const USUAL = {
  theta: 1,
  lr: 1,
  numSteps: 35,
  isRandom: false,
  reset: "epoch",
  h: 128,
  size: 1,
  seed: 0,
  falls: 0,
};

// Stories: what is otherwise, and what to look for.
export const STORIES = [
  {
    title: "By heart",
    values: { falls: 250 },
    says:
      "The training as it should be. Watch the sample turn from letters to " +
      "words, and to sentences of the novel. After 250 epochs the learning " +
      `rate falls to ${FALLEN}: what does that do to the curve?`,
  },
  {
    title: "Without clipping",
    values: { theta: Infinity },
    says:
      "The same network, and no threshold. The first long gradient throws " +
      "the parameters far away, where the gradients are no guide.",
  },
  {
    title: "Carried against the order",
    values: { isRandom: true, reset: "never" },
    says:
      "The subsequences are shuffled, but the state is carried on, as if " +
      "they followed each other. Nothing fails; compare where the curve is " +
      "after 200 epochs with that of the training by heart.",
  },
  {
    title: "Weights too small",
    values: { size: 0.01 },
    says:
      "The first weights are a hundredth of the usual size. The network " +
      "learns how frequent the letters are, and waits on a plateau until " +
      "its states have grown.",
  },
  {
    title: "Weights too large",
    values: { size: 3 },
    says:
      "The first weights are three times the usual size. States jump, the " +
      "gradients explode, and though they are clipped, they lead nowhere.",
  },
];

// A slider whose positions are the exponents of its values.
function slider(least, most, act) {
  const [min, max] = [Math.log10(least), Math.log10(most)];
  return element("input", { type: "range", min, max, step: 0.01, oninput: act });
}

export function sliderValue(position) {
  const value = 10 ** position;
  const digits = 1 - Math.floor(Math.log10(value)); // two that count
  return Number(value.toFixed(Math.max(0, Math.min(6, digits))));
}

// Return what a training is told, given the reader's settings.
export function settingsFor({ size, ...values }) {
  const hiddenScale = size / Math.sqrt(values.h);
  const others = { batchSize: 32, scale: 0.01 * size, fallen: FALLEN };
  return { ...values, ...others, hiddenScale };
}

class Lab {
  constructor(place, { opening, tokens }) {
    this.place = place;
    this.tokens = ["<unk>", ...tokens];
    this.symbols = [...opening].map((c) => this.tokens.indexOf(c));
    this.prefix = [...PREFIX].map((c) => this.tokens.indexOf(c));
    this.ask = connect(WORKER, (report) => this.receive(report));
    this.announcer = announcer(1500);
    this.values = { ...USUAL };
    this.run = null;
    this.before = null;
    this.build();
    this.showValues();
  }

  build() {
    const again = "at the next start";
    this.controls = {
      theta: slider(0.05, 20, () => this.change()),
      unclipped: element("input", {
        type: "checkbox",
        onchange: () => this.change(),
      }),
      lr: slider(0.01, 5, () => this.change()),
      isRandom: choice(
        { "": "in order", random: "shuffled" },
        () => this.change(),
      ),
      reset: choice(
        { minibatch: "each minibatch", epoch: "each epoch", never: "never" },
        () => this.change(),
      ),
      numSteps: choice(
        { 5: "5", 10: "10", 20: "20", 35: "35", 70: "70" },
        () => this.change(),
      ),
      h: choice(
        { 128: "128", 256: "256", 512: "512, as the chapter" },
        () => this.change(),
      ),
      size: slider(0.001, 5, () => this.change()),
      seed: element("input", {
        type: "number",
        min: 0,
        oninput: () => this.change(),
      }),
    };
    const { theta, unclipped, lr, isRandom, reset } = this.controls;
    const { numSteps, h, size, seed } = this.controls;
    this.outputs = Object.fromEntries(
      ["theta", "lr", "size"].map((name) => [name, element("output", {})]),
    );
    this.go = button("Train", () => this.toggle());
    this.go.className = "main";
    this.numbers = element("div", { className: "numbers" });
    this.sample = element("p", { className: "text sample" });
    this.charts = {
      perplexity: makeChart("Perplexity", { least: 1, most: 100 }),
      norm: makeChart("Largest gradient norm of the epoch", {
        least: 0.1,
        most: 100,
      }),
    };
    this.place.append(
      makeStories(STORIES, INVITATION, (story) => this.tell(story)),
      element(
        "div",
        { className: "buttons" },
        this.go,
        button("One epoch", () => this.train(1)),
        button("Start again", () => this.restart()),
      ),
      this.announcer.place,
      this.numbers,
      element(
        "div",
        { className: "sides" },
        this.charts.perplexity.place,
        this.charts.norm.place,
      ),
      element("p", { className: "title" }, `What it writes after “${PREFIX}”`),
      this.sample,
      element(
        "fieldset",
        { className: "settings" },
        element("legend", {}, "At any time"),
        labelled("Threshold θ", theta, this.outputs.theta),
        labelled("No clipping", unclipped),
        labelled("Learning rate", lr, this.outputs.lr),
        labelled("Order of subsequences", isRandom),
        labelled("State back to zeros", reset),
      ),
      element(
        "fieldset",
        { className: "settings" },
        element("legend", {}, `Used ${again}`),
        labelled("Characters in a subsequence", numSteps),
        labelled("Hidden units", h),
        labelled("Size of the first weights", size, this.outputs.size),
        labelled("Seed", seed),
      ),
    );
    this.showRun();
  }

  // Set up a story, and train.
  async tell({ values }) {
    this.values = { ...USUAL, seed: this.values.seed, ...values };
    this.showValues();
    await this.restart();
    this.train(LIMIT);
  }

  // Take over what the controls say.
  change() {
    const { controls } = this;
    const { theta, unclipped, lr, isRandom, reset } = controls;
    const { numSteps, h, size, seed } = controls;
    this.values = {
      theta: unclipped.checked ? Infinity : sliderValue(theta.valueAsNumber),
      lr: sliderValue(lr.valueAsNumber),
      isRandom: isRandom.value !== "",
      reset: reset.value,
      numSteps: Number(numSteps.value),
      h: Number(h.value),
      size: sliderValue(size.valueAsNumber),
      seed: Math.abs(Math.trunc(seed.valueAsNumber)) || 0,
      falls: 0, // the reader's own rate holds
    };
    this.showOutputs();
    this.update();
  }

  // Tell the worker what may change at any time.
  update() {
    const { theta, lr, isRandom, reset } = this.values;
    if (this.run) {
      this.ask({ ask: "change", settings: { theta, lr, isRandom, reset } });
      this.showRun();
    }
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
  async restart() {
    const settings = settingsFor(this.values);
    const { symbols, tokens } = this;
    await this.ask({ ask: "begin", symbols, V: tokens.length, settings });
    if (this.run?.perplexity.length > 1) this.before = this.run;
    this.run = { perplexity: [], norm: [], clipped: 0, written: [] };
    this.showRun();
  }

  toggle() {
    if (this.run?.isTraining) this.stop();
    else this.train(LIMIT);
  }

  async train(count) {
    if (!this.run) await this.restart();
    const { run } = this;
    if (run.isTraining) return;
    run.isTraining = true;
    this.showRun();
    const limit = run.perplexity.length + count;
    await this.ask({ ask: "train", limit, prefix: this.prefix });
    run.isTraining = false;
    this.showRun();
    this.announce();
  }

  async stop() {
    if (this.run?.isTraining) await this.ask({ ask: "stop" });
  }

  // Take what the worker says of some epochs.
  receive({ epochs, written, lr }) {
    const { run, values } = this;
    for (const { perplexity, norms } of epochs) {
      run.perplexity.push(perplexity);
      run.norm.push(norms.reduce((a, b) => Math.max(a, b)));
      const long = norms.filter((norm) => !(norm <= values.theta));
      run.clipped = values.theta < Infinity ? long.length / norms.length : 0;
    }
    run.written = written;
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
      this.charts[name].show(longest, run?.[name] ?? [], before?.[name] ?? []);
    }
    this.charts.norm.mark(values.theta, "θ");
    this.showNumbers(count);
    const letters = (run?.written ?? []).map((symbol) => this.tokens[symbol]);
    this.sample.textContent = letters.join("") || "Nothing yet.";
  }

  showNumbers(count) {
    const { run } = this;
    const last = (values) => (values?.length ? values.at(-1) : undefined);
    const facts = {
      Epochs: String(count),
      Perplexity: shown(last(run?.perplexity)),
      "Gradient norm": shown(last(run?.norm)),
      "Steps clipped": count ? `${Math.round(100 * run.clipped)} %` : "–",
    };
    this.numbers.replaceChildren(
      ...Object.entries(facts).map(([name, value]) =>
        element("div", {}, `${name} `, element("strong", {}, value)),
      ),
    );
  }

  announce() {
    const { run } = this;
    const count = run.perplexity.length;
    const value = shown(run.perplexity.at(-1));
    this.announcer.say(
      `${count} epochs, perplexity ${value}. It writes: ` +
        this.sample.textContent,
    );
  }
}

// Return a number in few digits.
export function shown(value) {
  if (value === undefined) return "–";
  if (!Number.isFinite(value)) return "not a number";
  if (value >= 1e5) return value.toExponential(0).replace("e+", " · 10^");
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

if (globalThis.document) begin("lab", (place, data) => new Lab(place, data));
