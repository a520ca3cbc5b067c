// The playground: a reader types, and a trained network goes on.
import { connect } from "./connection.mjs";
import {
  announcer,
  begin,
  button,
  choice,
  labelled,
  loadWeights,
} from "./dom.mjs";
import { element } from "./element.mjs";
import { makeBars } from "./bars.mjs";
import { makeHeatMap } from "./heatmap.mjs";
import { makeStories } from "./stories.mjs";
import { makeTyped } from "./typed.mjs";

const INVITATION =
  "Type a text below, and press Write. Or choose an experiment.";
const MOST = 2000; // characters, after which the network waits
const FRAME = 40; // milliseconds from one batch of characters to the next
const SPEEDS = {
  2: "2 characters a second",
  10: "10 a second",
  50: "50 a second",
  500: "500 a second",
  Infinity: "as fast as it can",
};
// The reader's settings, by their names in a link.
const RANGES = {
  temperature: { least: 0, most: 3, step: 0.05, start: 0.5 },
  "top-k": { least: 0, most: 27, step: 1, start: 0 },
  "top-p": { least: 0.05, most: 1, step: 0.05, start: 1 },
  "min-p": { least: 0, most: 1, step: 0.05, start: 0 },
};
const MEANINGS = {
  temperature: (x) => (x === 0 ? "0: greedy" : String(x)),
  "top-k": (x) => (x === 0 ? "off" : String(x)),
  "top-p": (x) => (x === 1 ? "off" : String(x)),
  "min-p": (x) => (x === 0 ? "off" : String(x)),
};

function makeRanges(act) {
  const inputs = {};
  const labels = Object.entries(RANGES).map(([name, range]) => {
    const { least, most, step, start } = range;
    const input = element("input", { type: "range", min: least, max: most });
    const value = element("output", {});
    Object.assign(input, { step, value: start, name });
    const show = () => {
      value.textContent = MEANINGS[name](input.valueAsNumber);
      input.ariaValueText = value.textContent;
    };
    input.oninput = () => {
      show();
      act();
    };
    inputs[name] = { input, show };
    show();
    return labelled(name, input, value);
  });
  return { inputs, labels };
}

// Return the settings that an address holds behind its "#", by their names.
export function settingsOf(hash) {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  return found.has("play") ? Object.fromEntries(found) : {};
}

class Playground {
  constructor(place, { networks, text, experiments }) {
    Object.assign(this, { place, networks, written: "", isWriting: false });
    this.weights = place.querySelectorAll(".weights");
    this.ask = connect(WORKER);
    this.announcer = announcer();
    this.build(text, experiments);
    this.fill(settingsOf(location.hash));
    this.restart();
  }

  build(text, experiments) {
    const again = () => this.restart();
    const names = this.networks.map(({ name }) => name);
    this.network = choice({ ...names });
    this.text = element("textarea", { rows: 3, value: text });
    this.text.spellcheck = false;
    this.seed = element("input", { type: "number", value: 0, min: 0 });
    for (const control of [this.network, this.text, this.seed]) {
      control.oninput = again;
    }
    this.speed = choice(SPEEDS);
    this.speed.value = "10";
    this.ranges = makeRanges(() => this.look());
    this.typed = makeTyped();
    this.bars = makeBars((symbol) => this.take(symbol));
    this.heatMap = makeHeatMap();
    this.status = element("p", { className: "status" });
    this.place.append(...this.makeParts());
    if (experiments.length > 0) {
      const attempt = (experiment) => this.attempt(experiment);
      this.place.prepend(makeStories(experiments, INVITATION, attempt));
    }
  }

  // Return what stands below each other.
  makeParts() {
    const box = (className, ...parts) =>
      element("div", { className }, ...parts);
    const network = labelled("Network", this.network);
    network.hidden = this.networks.length < 2; // there is nothing to choose
    const speed = labelled("Speed", this.speed);
    return [
      box("row", network, speed, labelled("Seed", this.seed)),
      labelled("Your text", this.text),
      box("buttons", ...this.makeButtons()),
      this.typed.place,
      this.status,
      this.announcer.place,
      box("settings", ...this.ranges.labels),
      box("sides", this.bars.place, this.heatMap.place),
    ];
  }

  makeButtons() {
    this.go = button("Write", () => this.toggle());
    this.go.className = "main";
    return [
      this.go,
      button("One character", () => this.writeOne()),
      button("Start again", () => this.restart()),
      button("Copy the text", () => this.copy(this.whole(), "The text")),
      button("Copy a link", () => this.copy(this.link(), "A link")),
    ];
  }

  // Set up an experiment, and let the network write.
  async attempt({ text, network, tau }) {
    const index = this.networks.findIndex(({ name }) => name === network);
    const others = { "top-k": 0, "top-p": 1, "min-p": 0 };
    this.fill({ ...others, network: index, text, temperature: tau });
    await this.restart();
    this.start();
  }

  // Set the controls to values, given by their names in a link.
  fill(values) {
    const { network, text, seed, speed } = this;
    const controls = { network, text, seed, speed };
    for (const [name, { input, show }] of Object.entries(this.ranges.inputs)) {
      if (name in values) input.value = values[name];
      show();
    }
    for (const [name, control] of Object.entries(controls)) {
      if (name in values) control.value = values[name];
    }
    if (!this.network.value) this.network.value = "0";
    if (!this.speed.value) this.speed.value = "10";
  }

  get settings() {
    const value = (name) => this.ranges.inputs[name].input.valueAsNumber;
    return {
      tau: value("temperature"),
      k: value("top-k"),
      p: value("top-p"),
      relative: value("min-p"),
    };
  }

  // Read the text from its beginning, by the network that is chosen.
  async restart() {
    this.stop();
    this.written = "";
    const turn = (this.turn = {}); // what came before is out of date
    this.place.ariaBusy = true;
    try {
      await this.load();
      if (this.turn !== turn) return;
      const index = Number(this.network.value);
      const { settings } = this;
      const seed = Math.abs(Math.trunc(this.seed.valueAsNumber)) || 0;
      const question = { index, seed, settings, text: this.text.value };
      const read = await this.ask({ ask: "begin", ...question });
      if (this.turn === turn) this.showRead(read);
    } catch (error) {
      this.say(error.message);
    }
  }

  async load() {
    const index = Number(this.network.value);
    const network = this.networks[index];
    if (network.isLoaded) return;
    this.say(`Loading ${network.name} …`);
    const weights = await loadWeights(this.weights[index]);
    await this.ask({ ask: "load", index, network: { ...network, weights } });
    network.isLoaded = true;
  }

  showRead({ clean, unknown, bits, ...look }) {
    this.place.ariaBusy = false;
    this.clean = clean;
    this.typed.show(clean, bits);
    const isEmpty = clean === "";
    this.place.classList.toggle("is-empty", isEmpty);
    for (const control of this.place.querySelectorAll(".buttons button")) {
      control.disabled = isEmpty;
    }
    if (isEmpty) {
      this.say("There is no character to begin with: type a letter.");
      return;
    }
    this.showLook(look);
    this.say(describeRead(clean, unknown, bits, this.text.value));
  }

  showLook({ p, q, state }) {
    const { tokens } = this.networks[Number(this.network.value)];
    this.bars.show(tokens, p, q);
    this.heatMap.show(state);
  }

  // Ask the worker, and show what it says if nothing newer has been asked.
  async show(question) {
    const { turn, settings } = this;
    const answer = await this.ask({ ...question, settings });
    if (this.turn !== turn) return;
    if (answer.text) this.written += answer.text;
    this.typed.go(this.written);
    this.showLook(answer);
  }

  look() {
    if (this.clean) this.show({ ask: "look" }).catch(() => {});
  }

  async take(symbol) {
    this.stop();
    await this.show({ ask: "take", symbol });
    this.tell();
  }

  async writeOne() {
    this.stop();
    await this.show({ ask: "write", count: 1 });
    this.tell();
  }

  toggle() {
    if (this.isWriting) this.stop();
    else this.start();
  }

  async start() {
    if (!this.clean || this.isWriting) return;
    const { turn } = this;
    const most = this.written.length + MOST;
    this.setWriting(true);
    let next = performance.now();
    while (this.isWriting && this.turn === turn && this.written.length < most) {
      const speed = Number(this.speed.value);
      const wait = Math.max(FRAME, 1000 / speed);
      const count = Math.max(1, Math.min(MOST, Math.round((speed * wait) / 1000)));
      await this.show({ ask: "write", count: Math.min(count, most - this.written.length) });
      next = Math.max(next + wait, performance.now());
      await new Promise((done) => setTimeout(done, next - performance.now()));
    }
    if (this.turn === turn) this.stop();
  }

  stop() {
    if (this.isWriting) this.tell();
    this.setWriting(false);
  }

  setWriting(isWriting) {
    this.isWriting = isWriting;
    this.go.textContent = isWriting ? "Stop" : "Write";
  }

  tell() {
    this.announcer.say(`Written: ${this.written.slice(-200)}`);
    this.say(`${this.written.length} characters written.`);
  }

  say(text) {
    this.status.textContent = text;
  }

  whole() {
    return this.clean + this.written;
  }

  // Return the address of the page with the settings.
  link() {
    const { network, text, seed, speed } = this;
    const controls = { network, text, seed, speed };
    const values = new URLSearchParams({ play: "" });
    for (const [name, control] of Object.entries(controls)) {
      values.set(name, control.value);
    }
    for (const [name, { input }] of Object.entries(this.ranges.inputs)) {
      values.set(name, input.value);
    }
    return `${location.href.split("#")[0]}#${values}`;
  }

  async copy(text, name) {
    try {
      await navigator.clipboard.writeText(text);
      this.say(`${name} is on the clipboard.`);
    } catch {
      this.say(`The browser does not let the page copy. ${text}`);
    }
  }
}

// Say in a sentence how the text was read.
export function describeRead(clean, unknown, bits, typed) {
  const parts = [];
  if (clean !== typed) {
    const short = clean.length > 60 ? `${clean.slice(0, 60)} …` : clean;
    parts.push(`Read as “${short}”.`);
  }
  if (unknown.length > 0) {
    const names = unknown.map((character) => `“${character}”`).join(", ");
    parts.push(`Not in the vocabulary, and read as <unk>: ${names}.`);
  }
  if (bits.length > 0) {
    const mean = bits.reduce((a, b) => a + b) / bits.length;
    parts.push(`On average ${mean.toFixed(1)} bits a character.`);
  }
  return parts.join(" ");
}

if (globalThis.document) {
  begin("playground", (place, data) => new Playground(place, data));
}
