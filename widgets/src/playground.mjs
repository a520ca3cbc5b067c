// The playground: a reader types, and a trained network goes on.
import { Bars } from "./bars.mjs";
import { box, button, paragraph } from "./elements.mjs";
import { HeatMap } from "./heatmap.mjs";
import { start } from "./page.mjs";
import { PlaygroundControls, parseLink } from "./playground_controls.mjs";
import { describeReading, loadWeights } from "./reading.mjs";
import { Stories } from "./stories.mjs";
import { Transcript } from "./transcript.mjs";
import { Widget } from "./widget.mjs";

const PROMPT = "Type a text below, and press Write. Or choose an experiment.";
const ORDER =
  "The strategy is applied in this order. At temperature 0, the most probable " +
  "character is taken, whatever the others say.";
const MOST = 2000; // characters, after which the network pauses
const DELAY = 800; // milliseconds before a screen reader announces
const FRAME = 40; // milliseconds from one batch of characters to the next
const BATCH = 100; // characters, where speed is all

// Return how many characters are written in one go, and how many milliseconds
// lie between two.
export function paceOf(speed) {
  if (speed === Infinity) return { count: BATCH, wait: 0 };
  const wait = Math.max(FRAME, 1000 / speed);
  return { count: Math.round((speed * wait) / 1000), wait };
}

class Playground extends Widget {
  constructor(place, { networks, text, experiments }) {
    super(place, DELAY);
    this.networks = networks;
    this.weights = place.parentElement.querySelectorAll(".weights");
    this.loading = []; // of networks
    this.queue = Promise.resolve(); // of questions
    this.build(text, experiments);
    this.followLink();
    this.listen(window, "hashchange", () => this.followLink());
  }

  build(text, experiments) {
    const run = (experiment) => this.runExperiment(experiment);
    this.stories = new Stories(experiments, PROMPT, { run });
    this.stories.place.hidden = experiments.length === 0;
    this.controls = new PlaygroundControls(this.networks, text, {
      restart: () => {
        this.stories.release();
        this.restart();
      },
      inspect: () => {
        this.stories.release();
        this.showAnswer({ ask: "inspect" });
      },
    });
    this.transcript = new Transcript((text) => this.say(text));
    this.bars = new Bars((symbol) => this.append(symbol));
    this.heatMap = new HeatMap();
    this.go = button("Write", () =>
      this.running ? this.stop() : this.write(),
    );
    this.go.className = "primary";
    this.one = button("One character", () =>
      this.addOne({ ask: "write", count: 1 }),
    );
    this.place.append(...this.makeParts());
  }

  // Return what stands below each other.
  makeParts() {
    const { network, text, seed, speed } = this.controls.byName;
    const sliders = Object.values(this.controls.sliders);
    const reset = button("Reset", () => this.restart());
    const link = button("Copy a link", () => this.copyLink());
    link.hidden = !this.weights[0].dataset.src; // a notebook has no address
    this.copyButton = button("Copy the text", () =>
      this.copy(this.text + this.written, "The text"),
    );
    this.columns = box("grid columns", this.bars.place, this.heatMap.place);
    return [
      this.stories.place,
      text.label,
      box("buttons", this.go, this.one, reset),
      this.transcript.place,
      this.status,
      box("grid settings", ...sliders.map(({ label }) => label)),
      paragraph("legend", ORDER),
      box("row", network.label, speed.label, seed.label),
      this.columns,
      box("buttons", this.copyButton, link),
    ];
  }

  // Set up what a link holds, and scroll to where it is seen.
  followLink() {
    const values = parseLink(location.hash);
    this.controls.values = values;
    this.restart();
    if ("playground" in values) this.place.scrollIntoView();
  }

  // Set up an experiment, and let the network write.
  async runExperiment({ text, network, tau }) {
    const index = this.networks.findIndex(({ name }) => name === network);
    this.controls.turnOff();
    this.controls.values = { network: index, text, temperature: tau };
    if (!(await this.restart())) return;
    this.transcript.place.scrollIntoView({ block: "nearest" });
    this.write();
  }

  // Ask the worker when it is free. The answer is null if the reader has begun
  // with something else meanwhile, which makes it out of date.
  async request(question) {
    const { turn } = this;
    const settings = this.controls.strategy;
    const act = () =>
      this.turn === turn ? this.ask({ settings, ...question }) : null;
    this.queue = this.queue.then(act, act);
    const answer = await this.queue;
    return this.turn === turn ? answer : null;
  }

  // Read the text from its beginning, by the network that is chosen. Return
  // whether there is a text, and the reader still wants it.
  restart() {
    this.stop();
    this.turn = {};
    [this.text, this.written, this.hasChosen] = ["", "", false];
    this.enable(false);
    this.place.ariaBusy = true;
    return this.tryTo(async () => {
      const { network: index, seed } = this.controls.values;
      await this.load(index);
      const { text } = this.controls.values;
      const answer = await this.request({ ask: "read", index, seed, text });
      if (answer) this.showRead(answer);
      return answer && this.text !== "";
    });
  }

  // Give the worker the weights of a network, once.
  load(index) {
    const network = this.networks[index];
    const give = async (weights) =>
      this.ask({ ask: "load", index, network: { ...network, weights } });
    if (!this.loading[index]) {
      this.say(`Loading ${network.name} …`);
      this.loading[index] = loadWeights(this.weights[index]).then(give);
      this.loading[index].catch(() => delete this.loading[index]); // again
    }
    return this.loading[index];
  }

  enable(isOn) {
    for (const each of [this.go, this.one, this.copyButton]) {
      each.disabled = !isOn;
    }
    this.columns.inert = !isOn;
  }

  showRead({ clean, unknown, bits, ...state }) {
    this.text = clean;
    this.place.ariaBusy = false;
    this.transcript.showRead(clean, bits);
    this.enable(clean !== "");
    if (clean !== "") this.showState(state);
    const typed = this.controls.values.text;
    this.say(describeReading(clean, unknown, bits, typed));
  }

  showState({ p, q, state }) {
    const { network } = this.controls.values;
    this.bars.show(this.networks[network].tokens, p, q);
    this.heatMap.show(state);
  }

  // Show the answer to a question: a new character, or another distribution.
  showAnswer(question) {
    return this.tryTo(async () => {
      const answer = this.text && (await this.request(question));
      if (!answer) return;
      this.written += answer.text ?? "";
      this.transcript.showWritten(this.written);
      this.showState(answer);
    });
  }

  append(symbol) {
    this.hasChosen = true;
    return this.addOne({ ask: "append", symbol });
  }

  async addOne(question) {
    this.stop();
    await this.showAnswer(question);
    this.sayWritten();
  }

  // Write until the reader stops it, or it is enough.
  async write() {
    if (!this.text || this.running) return;
    const running = {};
    const { turn } = this;
    const most = this.written.length + MOST;
    let next = performance.now();
    this.setRunning(running);
    while (this.running === running && this.written.length < most) {
      const { count, wait } = paceOf(this.controls.values.speed);
      const rest = most - this.written.length;
      await this.showAnswer({ ask: "write", count: Math.min(count, rest) });
      if (this.running !== running) break;
      next = Math.max(next + wait, performance.now());
      await new Promise((done) => setTimeout(done, next - performance.now()));
      if (!this.place.isConnected) this.stop(); // a cell was run again
    }
    if (this.running === running) this.stop();
    if (this.turn === turn) this.sayWritten();
  }

  // The worker has lost its networks.
  forget() {
    this.loading = [];
  }

  stop() {
    this.setRunning(null);
  }

  setRunning(running) {
    this.running = running;
    this.go.textContent = running ? "Stop" : "Write";
  }

  sayWritten() {
    const { length } = this.written;
    const count = length === 1 ? "1 character" : `${length} characters`;
    this.say(`${count} written. Press Write to go on.`);
    this.announce(`Written: ${this.written.slice(-200)}`);
  }

  copyLink() {
    const but = ", without the characters that you chose yourself";
    const name = `A link${this.hasChosen ? but : ""}`;
    return this.copy(this.controls.link, name);
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

start("playground", Playground);
