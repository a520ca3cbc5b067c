// The playground: a reader types, and a trained network goes on.
import { connect } from "./connection.mjs";
import { begin, choice, labelled, loadWeights, makeSeed } from "./dom.mjs";
import { announcer, button, element } from "./element.mjs";
import { makeBars } from "./bars.mjs";
import { makeHeatMap } from "./heatmap.mjs";
import { makeStories } from "./stories.mjs";
import { makeTyped } from "./typed.mjs";

const INVITATION =
  "Type a text below, and press Write. Or choose an experiment.";
const ORDER =
  "The strategy is applied in this order. At temperature 0, the most probable " +
  "character is taken, whatever the others say.";
const LINK = "#playground="; // begins what a link holds
const MOST = 2000; // characters, after which the network waits
const PAUSE = 800; // milliseconds before a screen reader is told
const FRAME = 40; // milliseconds from one batch of characters to the next
const BATCH = 100; // characters, where speed is all
const SPEEDS = {
  2: "2 characters a second",
  10: "10 a second",
  50: "50 a second",
  500: "500 a second",
  Infinity: "as fast as it can",
};
// The strategy, by the names in a link; what is off leaves all as it is.
const RANGES = {
  temperature: { least: 0, most: 3, step: 0.05, start: 0.5 },
  "top-k": { least: 0, step: 1, start: 0, off: 0 },
  "top-p": { least: 0.05, most: 1, step: 0.05, start: 1, off: 1 },
  "min-p": { least: 0, most: 1, step: 0.05, start: 0, off: 0 },
};

// Return a slider, what shows its value, and how to set it.
function makeRange(name, symbols, act) {
  const { least, most = symbols, step, start, off } = RANGES[name];
  const facts = { type: "range", min: least, max: most, step, name };
  const input = element("input", facts);
  const shown = element("span", { className: "value" });
  const set = (value) => {
    if (Number.isFinite(value)) input.value = value;
    const now = input.valueAsNumber;
    const isGreedy = name === "temperature" && now === 0;
    const meaning = isGreedy ? "0: greedy" : String(now);
    shown.textContent = now === off ? "off" : meaning;
    input.ariaValueText = shown.textContent;
  };
  input.oninput = () => {
    set(input.valueAsNumber);
    act();
  };
  set(start);
  return { input, set, label: labelled(name, input, shown) };
}

// Return the settings that an address holds behind its "#", by their names.
export function settingsOf(hash) {
  const isOurs = hash.startsWith(LINK);
  return isOurs ? Object.fromEntries(new URLSearchParams(hash.slice(1))) : {};
}

// Return how many characters are written in one go, and how many milliseconds
// lie between two.
export function paceOf(speed) {
  if (speed === Infinity) return { count: BATCH, wait: 0 };
  const wait = Math.max(FRAME, 1000 / speed);
  return { count: Math.round((speed * wait) / 1000), wait };
}

class Playground {
  constructor(place, { networks, text, experiments }) {
    this.place = place;
    this.networks = networks.map(({ tokens, ...others }) => ({
      ...others,
      tokens: [...tokens],
    }));
    this.weights = place.querySelectorAll(".weights");
    this.ask = connect(WORKER);
    this.loading = []; // of networks
    this.queue = Promise.resolve(); // of questions
    this.build(text, experiments);
    this.followLink();
    addEventListener("hashchange", () => this.followLink());
  }

  build(text, experiments) {
    const again = () => {
      this.stories?.release();
      this.restart();
    };
    const names = this.networks.map(({ name }) => name);
    this.network = choice({ ...names });
    this.text = element("textarea", { rows: 3, value: text });
    this.text.spellcheck = false;
    this.seed = makeSeed();
    for (const control of [this.network, this.text, this.seed.input]) {
      control.oninput = again;
    }
    this.speed = choice(SPEEDS);
    this.speed.value = "10";
    this.ranges = this.makeRanges();
    this.typed = makeTyped((text) => this.say(text));
    this.bars = makeBars((symbol) => this.take(symbol));
    this.heatMap = makeHeatMap();
    this.status = element("p", { className: "status" });
    this.place.append(...this.makeParts());
    this.announce = announcer(this.place, PAUSE);
    if (experiments.length > 0) {
      const attempt = (experiment) => this.attempt(experiment);
      this.stories = makeStories(experiments, INVITATION, attempt);
      this.place.prepend(this.stories.place);
    }
  }

  makeRanges() {
    const symbols = Math.max(...this.networks.map(({ V }) => V - 1));
    const make = (name) => makeRange(name, symbols, () => this.look());
    return Object.fromEntries(Object.keys(RANGES).map((n) => [n, make(n)]));
  }

  // Return what stands below each other.
  makeParts() {
    const box = (className, ...parts) =>
      element("div", { className }, ...parts);
    const network = labelled("Network", this.network);
    network.hidden = this.networks.length < 2; // there is nothing to choose
    const speed = labelled("Speed", this.speed);
    const ranges = Object.values(this.ranges).map(({ label }) => label);
    const { start, copy } = this.makeButtons();
    this.sides = box("sides", this.bars.place, this.heatMap.place);
    return [
      labelled("Your text", this.text),
      box("buttons", ...start),
      this.typed.place,
      this.status,
      box("settings", ...ranges),
      element("p", { className: "legend" }, ORDER),
      box("row", network, speed, labelled("Seed", this.seed.input)),
      this.sides,
      box("buttons", ...copy),
    ];
  }

  makeButtons() {
    this.go = button("Write", () => this.toggle());
    this.go.className = "main";
    const one = button("One character", () => this.writeOne());
    const reset = button("Reset", () => this.restart());
    const text = button("Copy the text", () => this.copyText());
    const link = button("Copy a link", () => this.copyLink());
    link.hidden = !this.weights[0].dataset.src; // a notebook has no address
    this.textButtons = [this.go, one, text];
    return { start: [this.go, one, reset], copy: [text, link] };
  }

  // Set up what a link holds, and come to where it is seen.
  followLink() {
    const values = settingsOf(location.hash);
    this.fill(values);
    this.restart();
    if ("playground" in values) this.place.scrollIntoView();
  }

  // Set up an experiment, and let the network write.
  async attempt({ text, network, tau }) {
    const index = this.networks.findIndex(({ name }) => name === network);
    const others = { "top-k": 0, "top-p": 1, "min-p": 0 };
    this.fill({ ...others, network: index, text, temperature: tau });
    if (!(await this.restart())) return;
    this.typed.place.scrollIntoView({ block: "nearest" });
    this.start();
  }

  // Set the controls to values, given by their names in a link.
  fill(values) {
    const { network, text, speed } = this;
    const controls = { network, text, seed: this.seed.input, speed };
    for (const [name, value] of Object.entries(values)) {
      this.ranges[name]?.set(parseFloat(value));
      const control = controls[name];
      const before = control?.value;
      if (control) control.value = value;
      if (control?.value === "") control.value = before; // no such choice
    }
  }

  get settings() {
    const value = (name) => this.ranges[name].input.valueAsNumber;
    return {
      tau: value("temperature"),
      k: value("top-k"),
      p: value("top-p"),
      relative: value("min-p"),
    };
  }

  // Ask the worker when it is free. The answer is null if the reader has begun
  // with something else meanwhile, which makes it out of date.
  async request(question) {
    const { turn, settings } = this;
    const act = () =>
      this.turn === turn ? this.ask({ settings, ...question }) : null;
    this.queue = this.queue.then(act, act);
    const answer = await this.queue;
    return this.turn === turn ? answer : null;
  }

  // Do something, and say what went wrong if it fails.
  async safely(act) {
    const { turn } = this;
    try {
      return await act();
    } catch (error) {
      if (this.turn !== turn) return null;
      this.stop();
      this.say(error.message ?? "The network does not answer.");
    }
  }

  // Read the text from its beginning, by the network that is chosen. Return
  // whether there is a text, and the reader still wants it.
  restart() {
    this.stop();
    this.turn = {};
    [this.clean, this.written, this.hasChosen] = ["", "", false];
    this.enable(false);
    this.place.ariaBusy = true;
    return this.safely(async () => {
      const index = Number(this.network.value);
      const seed = this.seed.seed();
      await this.load(index);
      const question = { ask: "begin", index, seed, text: this.text.value };
      const read = await this.request(question);
      if (read) this.showRead(read);
      return read && this.clean !== "";
    });
  }

  // Give the worker the weights of a network, once.
  load(index) {
    const network = this.networks[index];
    const give = async () => {
      const weights = await loadWeights(this.weights[index]);
      await this.ask({ ask: "load", index, network: { ...network, weights } });
    };
    if (!this.loading[index]) {
      this.loading[index] = give();
      this.loading[index].catch(() => delete this.loading[index]); // again
      this.say(`Loading ${network.name} …`);
    }
    return this.loading[index];
  }

  enable(isOn) {
    for (const each of this.textButtons) each.disabled = !isOn;
    this.sides.inert = !isOn;
  }

  showRead({ clean, unknown, bits, ...look }) {
    this.clean = clean;
    this.place.ariaBusy = false;
    this.typed.show(clean, bits);
    this.enable(clean !== "");
    if (clean === "") {
      this.say("There is no character to begin with: type a letter.");
    } else {
      this.showLook(look);
      this.say(describeRead(clean, unknown, bits, this.text.value));
    }
  }

  showLook({ p, q, state }) {
    this.bars.show(this.networks[Number(this.network.value)].tokens, p, q);
    this.heatMap.show(state);
  }

  // Show what comes of a question: a new character, or another look.
  show(question) {
    return this.safely(async () => {
      const answer = this.clean && (await this.request(question));
      if (!answer) return;
      this.written += answer.text ?? "";
      this.typed.go(this.written);
      this.showLook(answer);
    });
  }

  look() {
    this.stories?.release();
    return this.show({ ask: "look" });
  }

  async take(symbol) {
    this.stop();
    this.hasChosen = true;
    await this.show({ ask: "take", symbol });
    this.tell();
  }

  async writeOne() {
    this.stop();
    await this.show({ ask: "write", count: 1 });
    this.tell();
  }

  toggle() {
    if (this.running) this.stop();
    else this.start();
  }

  // Write until the reader stops it, or it is enough.
  async start() {
    if (!this.clean || this.running) return;
    const running = {};
    const { turn } = this;
    const most = this.written.length + MOST;
    let next = performance.now();
    this.setRunning(running);
    while (this.running === running && this.written.length < most) {
      const { count, wait } = paceOf(Number(this.speed.value));
      const rest = most - this.written.length;
      await this.show({ ask: "write", count: Math.min(count, rest) });
      if (this.running !== running) break;
      next = Math.max(next + wait, performance.now());
      await new Promise((done) => setTimeout(done, next - performance.now()));
      if (!this.place.isConnected) this.stop(); // a cell was run again
    }
    if (this.running === running) this.stop();
    if (this.turn === turn) this.tell();
  }

  stop() {
    this.setRunning(null);
  }

  setRunning(running) {
    this.running = running;
    this.go.textContent = running ? "Stop" : "Write";
  }

  tell() {
    const { length } = this.written;
    const count = length === 1 ? "1 character" : `${length} characters`;
    this.say(`${count} written. Press Write to go on.`);
    this.announce(`Written: ${this.written.slice(-200)}`);
  }

  say(text) {
    this.status.textContent = text;
    this.announce(text);
  }

  // Return the address of the page with the settings.
  link() {
    const { network, text, speed } = this;
    const controls = { network, text, seed: this.seed.input, speed };
    const values = new URLSearchParams();
    for (const [name, { value }] of Object.entries(controls)) {
      values.set(name, value);
    }
    for (const [name, { input }] of Object.entries(this.ranges)) {
      values.set(name, input.value);
    }
    return `${location.href.split("#")[0]}${LINK}&${values}`;
  }

  copyText() {
    return this.copy(this.clean + this.written, "The text");
  }

  copyLink() {
    const but = ", without the characters that you chose yourself";
    return this.copy(this.link(), `A link${this.hasChosen ? but : ""}`);
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
    const end = /\s$/.test(typed) ? ", without the space at its end" : "";
    parts.push(`Read as “${short}”${end}.`);
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
