// The playground: a reader types, and a trained network continues.
import { Bars } from "./bars.mjs";
import { Control } from "./controls.mjs";
import { Scissors } from "./cutting.mjs";
import { box, button, element } from "./elements.mjs";
import { valuesOf } from "./fields.mjs";
import { HeatMap } from "./heatmap.mjs";
import { offer, offered } from "./networks.mjs";
import { start } from "./page.mjs";
import { PlaygroundControls, parseLink } from "./playground_controls.mjs";
import { describeReading, loadText, quote } from "./reading.mjs";
import { unpackNetwork } from "./safetensors.mjs";
import { Stories } from "./stories.mjs";
import { neutralise } from "./strategy_sliders.mjs";
import { Transcript } from "./transcript.mjs";
import { Widget } from "./widget.mjs";

const WRITE = "Let it write";
const PROMPT = `Type a text, and press “${WRITE}”. Or choose an experiment.`;
const OWN = "The network is yours, and not in the link. ";
const CHANGED =
  "The link holds the words, the seed, and the settings as they are now, but " +
  "not what you changed or chose while the network wrote: from it, the text " +
  "comes out differently. ";
const PART = 2000; // pieces of a text that are read in one go
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
  constructor(place, { networks, most, text, experiments }) {
    super(place, DELAY);
    this.networks = networks.map((name) => ({ name })); // the reader's follow
    this.holders = place.parentElement.querySelectorAll(".weights");
    this.loaded = new Set(); // those that the worker has
    this.build(most, text, experiments);
    const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
    // Then all networks of the page need no connection.
    const fetchAll = () => Promise.allSettled([...this.holders].map(loadText));
    this.restart().then(() => whenIdle(fetchAll));
    this.followLink();
    this.takeNetworks();
    this.listen(window, "hashchange", () => this.followLink());
    this.listen(document, "network", () => this.takeNetworks());
  }

  build(most, text, experiments) {
    const run = (experiment) => this.runExperiment(experiment);
    this.stories = new Stories(experiments, PROMPT, { run });
    this.stories.place.hidden = experiments.length === 0;
    const restart = () => {
      this.before = null; // it is the reader who has chosen
      this.stories.release();
      this.restart();
    };
    const tell = (message) => message && this.say(message);
    const type = () => {
      if (this.before) this.controls.values = this.before;
      restart();
    };
    this.transcript = new Transcript(type, tell);
    this.transcript.value = text;
    const { networks, transcript } = this;
    const does = { restart, inspect: () => this.inspect() };
    this.controls = new PlaygroundControls(networks, most, transcript, does);
    this.bars = new Bars((token) => this.addOne({ ask: "append", token }));
    this.heatMap = new HeatMap();
    const cut = (place, passage) =>
      this.tryTo(() => this.request({ ask: "cut", place, passage }));
    this.scissors = new Scissors(cut, this.announce);
    this.sight = box("sight", this.bars.place, this.heatMap.place);
    this.go = button(WRITE, () => this.running ? this.stop() : this.write());
    this.go.className = "primary";
    this.place.append(this.stories.place, this.makeDesk());
  }

  // Return the text, what the network expects, and the settings.
  makeDesk() {
    const one = () => this.addOne({ ask: "write", count: 1 });
    const link = button("Copy a link", () => this.copyLink());
    link.hidden = !this.holders[0].dataset.src; // a notebook has no address
    const anew = button("Start over", () => this.restart());
    const writing = box(
      "writing",
      ...[this.controls.head, ...this.transcript.parts],
      box("buttons", this.go, button("One character", one), anew),
      this.status,
    );
    const input = element("input", { type: "file", accept: ".safetensors" });
    const open = ([file]) => file && this.openFile(file);
    input.onclick = () => (input.value = ""); // the same one may be opened again
    const file = new Control("Open a network", input, open, "files");
    const settings = this.controls.fold(file.label, link);
    return box("desk", writing, this.sight, this.scissors.element, settings);
  }

  // Set up what a link holds, and scroll to where it is seen.
  followLink() {
    const values = parseLink(location.hash);
    if (!values) return;
    this.before = null;
    this.controls.values = values;
    this.restart();
    this.place.scrollIntoView();
  }

  // Take the networks that the reader has trained or opened, and read by the
  // newest.
  takeNetworks() {
    const known = this.networks.length - this.holders.length;
    const added = offered.slice(known);
    if (added.length === 0) return;
    for (const network of added) this.addNetwork(network);
    const { name, prefix = this.transcript.value } = added.at(-1);
    const network = this.networks.length - 1;
    this.before = null;
    this.controls.values = { network, text: prefix };
    this.stories.release();
    this.restart().then(() => this.say(`Press “${WRITE}”: ${quote(name)} continues.`));
    this.transcript.input.focus({ preventScroll: true });
    const { top, bottom } = this.transcript.paper.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) this.place.scrollIntoView();
  }

  // Of two networks with one name, the second gets a number.
  addNetwork(network) {
    const { name } = network;
    const others = this.networks.filter((other) => other.name === name);
    const number = others.length + 1;
    this.networks.push(network);
    this.controls.addNetwork(number === 1 ? name : `${name} ${number}`);
  }

  openFile(file) {
    return this.tryTo(async () => {
      const network = unpackNetwork(await file.arrayBuffer());
      offer({ ...network, name: file.name.replace(/\.safetensors$/, "") });
    });
  }

  async runExperiment({ text, network, tau }) {
    const index = this.networks.findIndex(({ name }) => name === network);
    this.before ??= this.controls.choices; // for the reader's next text
    neutralise(this.controls.sliders);
    this.controls.values = { network: index, text, temperature: tau };
    if (!(await this.restart())) return;
    this.transcript.paper.scrollIntoView({ block: "nearest" });
    this.write();
  }

  // Ask the worker. The answer is null if the reader has begun with something
  // else meanwhile, which makes it out of date.
  async request(question) {
    const { turn } = this;
    const settings = valuesOf(this.controls.sliders);
    const answer = await this.ask({ settings, ...question });
    return this.turn === turn ? answer : null;
  }

  // Read the words of the reader from the beginning, by the network that is
  // chosen. Return whether there are words, and the reader still wants them.
  restart() {
    this.stop();
    const turn = (this.turn = {});
    [this.isRead, this.hasInterfered] = [false, false];
    this.place.ariaBusy = true;
    const { network: index, seed, text } = this.controls.values;
    this.transcript.value = text; // without what was written
    return this.tryTo(async () => {
      await this.load(index);
      if (this.turn !== turn) return false;
      const begun = await this.request({ ask: "begin", index, seed, text });
      const cells = begun && (await this.readAll(begun.count));
      if (cells) this.showRead(begun, cells);
      return cells && this.isRead;
    });
  }

  // Give the worker a network, once.
  async load(index) {
    const [network, holder] = [this.networks[index], this.holders[index]];
    if (this.loaded.has(index)) return;
    this.say(`Loading ${quote(network.name)} …`);
    const file = holder && (await loadText(holder));
    network.vocabulary = await this.ask({ ask: "load", index, network, file });
    this.loaded.add(index);
  }

  // Read all pieces of a text, in parts, between which the reader may stop it.
  async readAll(count) {
    const [cells, reading] = [[], {}];
    if (count > PART) this.setRunning(reading);
    while (cells.length < count) {
      const part = await this.request({ ask: "read", count: PART });
      if (!part) return null;
      cells.push(...part.cells);
      if (part.state) this.showState(part);
      const done = `${cells.length} of ${count} characters`;
      if (cells.length < count && this.running !== reading) {
        throw new Error(`Stopped after ${done}. Press “${WRITE}” to begin again.`);
      }
      if (count > PART) this.say(`Reading: ${done} …`);
    }
    this.stop();
    return cells;
  }

  showRead({ clean, unknown }, cells) {
    const { network, text } = this.controls.values;
    this.transcript.showRead(cells, this.networks[network].vocabulary);
    this.place.ariaBusy = false;
    this.isRead = clean !== "";
    this.sight.inert = !this.isRead; // the scissors wait for their answer
    const reading = describeReading(clean, unknown, text);
    this.say(`${reading} ${this.transcript.summarise()}`);
    this.scissors.begin(clean);
  }

  showState({ p, q, state }) {
    const { network } = this.controls.values;
    this.bars.show(this.networks[network].vocabulary, p, q);
    this.heatMap.show(state);
  }

  // Show the answer to a question: new characters, or another distribution.
  // Return whether there is one.
  showAnswer(question) {
    return this.tryTo(async () => {
      const answer = await this.request(question);
      if (answer?.cells) this.transcript.write(answer.cells);
      if (answer) this.showState(answer);
      if (answer?.cells) this.scissors.update();
      return answer !== null;
    });
  }

  // Show what the strategy makes of the distribution, when it has changed.
  inspect() {
    this.hasInterfered ||= this.transcript.written !== "";
    const { network } = this.before ?? {};
    if (this.before) this.before = { ...this.controls.choices, network };
    if (this.isRead) this.showAnswer({ ask: "inspect" });
  }

  // Add a character that the network writes, or the reader chooses, from which
  // a network that was writing continues.
  async addOne(question) {
    const [isChosen, wasWriting] = [question.ask === "append", this.running];
    this.stop();
    if (!this.isRead && !(await this.restart())) return;
    this.hasInterfered ||= isChosen;
    if (!(await this.showAnswer(question))) return;
    if (isChosen && wasWriting) this.write();
    else this.sayWritten();
  }

  // Write until the reader stops it, or it is enough.
  async write() {
    if (!this.isRead && !(await this.restart())) return;
    if (this.running) return;
    const [running, { turn }] = [{}, this];
    let [rest, next] = [MOST, performance.now()];
    this.setRunning(running);
    this.status.textContent = "Writing. Move what you like meanwhile.";
    while (this.running === running && rest > 0) {
      const { count, wait } = paceOf(this.controls.values.speed);
      const some = Math.min(count, rest);
      if (!(await this.showAnswer({ ask: "write", count: some }))) return;
      rest -= some;
      next = Math.max(next + wait, performance.now());
      await new Promise((done) => setTimeout(done, next - performance.now()));
    }
    if (this.running === running) this.stop();
    if (this.turn === turn) this.sayWritten();
  }

  // The worker has lost its networks, and what it has read.
  forget() {
    [this.loaded, this.isRead] = [new Set(), false];
    this.scissors.element.inert = true;
  }

  stop() {
    this.setRunning(null);
  }

  setRunning(running) {
    this.running = running;
    this.go.textContent = running ? "Stop" : WRITE;
  }

  sayWritten() {
    const { written } = this.transcript;
    const ending = written.length === 1 ? "" : "s";
    const count = `${written.length} character${ending}`;
    this.say(`${count} written. Press “${WRITE}” to continue.`);
    this.announce(`Written: ${written.slice(-200)}`);
  }

  copyLink() {
    const isOwn = this.controls.values.network >= this.holders.length;
    const limits = (isOwn ? OWN : "") + (this.hasInterfered ? CHANGED : "");
    return this.copy(this.controls.makeLink(isOwn), `${limits}The link`);
  }
}

start("playground", Playground);
