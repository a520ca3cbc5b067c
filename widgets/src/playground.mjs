// The playground: a reader types, and a trained network continues.
import { compile } from "./arithmetic.mjs";
import { Bars } from "./bars.mjs";
import { readKept } from "./kept.mjs";
import { formatHeat } from "./numbers.mjs";
import { start } from "./page.mjs";
import { describeReading, loadText, quote } from "./reading.mjs";
import { decodeNetwork, unpackNetwork } from "./safetensors.mjs";
import { Stories } from "./stories.mjs";
import { Transcript, summarise, textOf } from "./transcript.mjs";
import { Button, Select, Slider } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";
import { Writer } from "./writer.mjs";

const WRITE = "Let it write";
const PROMPT = `Type a text, and press “${WRITE}”. Or choose an experiment.`;
const OWN = "The network is yours, and not in the link. ";
const LONG = "This is too long to be read here: at most 20,000 characters.";
const ORDER =
  "Done in this order, after temperature; at 0, the most probable is taken.";
const LINK = "#playground="; // begins what a link holds
const SPEEDS = [
  ...[["2 characters a second", 2], ["10 a second", 10], ["50 a second", 50]],
  ...[["500 a second", 500], ["as fast as it can", Infinity]],
];
const LONGEST = 20000; // characters that are read, in about half a second
const MOST = 2000; // characters, after which the network pauses
const DELAY = 800; // milliseconds before a screen reader announces
const FRAME = 40; // milliseconds from one batch of characters to the next
const BATCH = 100; // characters, where speed is all
const RANGES = { temperature: [0, 2], "top-k": [0, Infinity], "top-p": [0.05, 1] };
const NEUTRAL = { temperature: 1, "top-k": 0, "top-p": 1 };
const USUAL = { ...NEUTRAL, temperature: 0.5, network: 0, speed: 10 };

const pause = (wait = 0) => new Promise((done) => setTimeout(done, wait));
const drawSeed = () => Math.floor(2 ** 32 * Math.random());

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
    Object.assign(this, { most, experiments, values: { ...USUAL, text } });
    this.holders = [...place.parentElement.querySelectorAll(".weights")];
    this.networks = networks.map((name) => ({ name })); // the reader's follow
    this.takeKept();
    [this.read, this.wrote] = [[], []]; // cells
    const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
    // Then all networks of the page need no connection.
    const fetchAll = () => Promise.allSettled(this.holders.map(loadText));
    this.restart().then(() => whenIdle(fetchAll));
    this.followLink();
    this.listen(window, "hashchange", () => this.followLink());
    this.takeNetwork();
  }

  // Return all that is seen.
  draw() {
    return html`
      <${Stories} stories=${this.experiments} prompt=${PROMPT} chosen=${this.chosen}
        choose=${(i) => this.runExperiment(i)} />
      <div class="desk" aria-busy=${this.isBusy}>
        <div class="writing">
          ${this.drawHead()}
          <${Transcript} read=${this.read} wrote=${this.wrote} unread=${this.unread}
            size=${Object.keys(this.vocabulary ?? {}).length}
            change=${(text) => this.type(text)} tell=${(text) => this.say(text)} />
          ${this.drawButtons()}
          <p class="status">${this.message}</p>
        </div>
        <div class="sight" inert=${this.isDim}>
          ${this.shares && html`<${Bars} ...${this.shares}
            vocabulary=${this.vocabulary} choose=${(token) => this.addOne(token)} />`}
        </div>
        ${this.drawMore()}
      </div>`;
  }

  // Return who writes, and how wildly.
  drawHead() {
    const options = this.networks.map(({ name }, i) => [name, i]);
    return html`<div class="grid head">
      <${Select} name="Network" options=${options} value=${this.values.network}
        hidden=${options.length < 2} change=${(network) => this.choose({ network })} />
      ${this.drawSlider("Temperature", { max: 2, step: 0.05, text: formatHeat })}
    </div>`;
  }

  drawButtons() {
    const go = () => (this.running ? this.stop() : this.write());
    return html`<div class="buttons">
      <${Button} text=${this.running ? "Stop" : WRITE} class="primary" act=${go} />
      <${Button} text="One character" act=${() => this.addOne()} />
      <${Button} text="Start over" act=${() => this.restart()} />
    </div>`;
  }

  drawMore() {
    const { most, values, holders } = this;
    const k = { min: 1, max: most, value: values["top-k"] || most };
    const open = ({ target: { files } }) => files[0] && this.openFile(files[0]);
    const again = ({ target }) => (target.value = ""); // the same one may follow
    return html`<details class="more">
      <summary>More settings</summary><p class="legend">${ORDER}</p>
      <div class="grid">
        ${this.drawSlider("Top-k", { ...k, text: (k) => (k < most ? String(k) : "all") })}
        ${this.drawSlider("Top-p", { min: 0.05, max: 1, step: 0.01, text: (p) => p.toFixed(2) })}
      </div>
      <div class="settings">
        <${Select} name="Speed" options=${SPEEDS} value=${values.speed}
          change=${(speed) => this.set({ speed })} />
        <label><span>Open a network</span><input type="file" accept=".safetensors"
          aria-label="Open a network" onInput=${open} onClick=${again} /></label>
        <${Button} text="Copy a link" act=${() => this.copyLink()}
          hidden=${!holders[0].dataset.src /* a notebook has no address */} />
      </div>
    </details>`;
  }

  drawSlider(name, facts) {
    const key = name.toLowerCase();
    return html`<${Slider} name=${name} value=${this.values[key]}
      change=${(value) => this.set({ [key]: value })} ...${facts} />`;
  }

  // Take over a setting that matters from the next character on.
  set(change) {
    Object.assign(this.values, change);
    if (!("speed" in change)) {
      if (this.before) this.before = { ...this.choices, network: this.before.network };
      if (this.isRead) this.look();
    }
    this.show();
  }

  // Take over what the text is to be read again for.
  choose(change, seed) {
    [this.before, this.chosen] = [null, undefined]; // it is the reader who has chosen
    Object.assign(this.values, change);
    return this.restart(seed);
  }

  // A reader who types has back what an experiment has changed.
  type(text) {
    return this.choose({ ...this.before, text });
  }

  // What an experiment may change, besides the text.
  get choices() {
    const names = ["network", ...Object.keys(NEUTRAL)];
    return Object.fromEntries(names.map((name) => [name, this.values[name]]));
  }

  // Set up what a link holds, and scroll to where it is seen.
  followLink() {
    if (!location.hash.startsWith(LINK)) return;
    const given = Object.fromEntries(new URLSearchParams(location.hash.slice(LINK.length)));
    const { text = this.values.text, seed } = given;
    const change = { text };
    for (const [name, [least, most]] of Object.entries(RANGES)) {
      const value = Number(given[name] ?? NaN);
      if (value >= least && value <= most) change[name] = value;
    }
    if (given.network in this.networks) change.network = Number(given.network);
    const speed = SPEEDS.find(([, value]) => String(value) === given.speed);
    if (speed) [, change.speed] = speed;
    this.choose(change, Math.abs(Math.trunc(seed)) || 0);
    this.place.scrollIntoView();
  }

  // Take the network that the reader has trained last.
  takeKept() {
    try {
      const { file, name } = readKept() ?? {};
      if (file) this.networks.push({ ...decodeNetwork(file), name, own: name });
    } catch {
      // It is damaged, as the trainer says.
    }
  }

  // Take the network that the page hands over which opened this one.
  takeNetwork() {
    if (!globalThis.opener) return;
    this.listen(window, "message", ({ source, data }) => {
      if (source === opener && data.file) this.open(data);
    });
    opener.postMessage("A network, please.", "*"); // it knows whom it has opened
  }

  openFile(file) {
    return this.tryTo(async () =>
      this.open({
        file: await file.arrayBuffer(),
        name: file.name.replace(/\.safetensors$/, ""),
        prefix: this.values.text,
      }),
    );
  }

  // Read a text by a network in a file. Of two with one name, the second gets a
  // number.
  open({ file, name: own, prefix }) {
    return this.tryTo(async () => {
      const network = unpackNetwork(file);
      const count = 1 + this.networks.filter((other) => other.own === own).length;
      const name = count === 1 ? own : `${own} ${count}`;
      this.networks.push({ ...network, name, own });
      const isRead = await this.choose({ network: this.networks.length - 1, text: prefix });
      if (!isRead) return; // there is a message already
      this.say(`Press “${WRITE}”: ${quote(name)} continues.`);
      this.place.querySelector("textarea").focus();
    });
  }

  async runExperiment(i) {
    const { text, network: name, tau } = this.experiments[i];
    const network = this.networks.findIndex((each) => each.name === name);
    const before = this.before ?? this.choices; // for the reader's next text
    const reading = this.choose({ ...NEUTRAL, network, text, temperature: tau });
    Object.assign(this, { before, chosen: i });
    this.show();
    if (!(await reading)) return;
    this.place.querySelector(".paper").scrollIntoView({ block: "nearest" });
    this.write();
  }

  // Read the words of the reader from the beginning, by the network that is
  // chosen. Return whether there are words, and the reader still wants them.
  restart(seed = drawSeed()) {
    const turn = (this.turn = {});
    const { network, text } = this.values;
    Object.assign(this, { seed, running: null, isRead: false });
    this.keepKnown(text);
    this.isBusy = true;
    this.show();
    return this.tryTo(async () => {
      const writer = await this.load(this.networks[network], this.holders[network]);
      if (this.turn !== turn) return false;
      if (text.length > LONGEST) throw new Error(LONG);
      const { clean, unknown, cells: read } = writer.begin(text, seed);
      Object.assign(this, { writer, vocabulary: this.networks[network].vocabulary });
      this.look();
      const isRead = clean !== "";
      Object.assign(this, { read, unread: "", isRead, isDim: !isRead, isBusy: false });
      this.say(`${describeReading(clean, unknown, text)} ${summarise(read)}`);
      return isRead;
    });
  }

  // Show a text that is not read yet. What is known of its beginning stays.
  keepKnown(text) {
    let [unread, isKnown] = [text, true];
    this.read = [...this.read, ...this.wrote].filter((cell) => {
      isKnown &&= unread.startsWith(cell.text);
      if (isKnown) unread = unread.slice(cell.text.length);
      return isKnown;
    });
    Object.assign(this, { wrote: [], unread });
  }

  // Promise what writes with a network, which is made once.
  async load(network, holder) {
    if (holder && !network.writer) {
      this.say(`Loading ${quote(network.name)} …`);
      Object.assign(network, decodeNetwork(await loadText(holder)));
    }
    return (network.writer ??= new Writer(network, compile()));
  }

  get settings() {
    const { temperature: tau, "top-k": k, "top-p": p } = this.values;
    return { tau, k: k < this.most ? k : 0, p };
  }

  // Look at what the network expects, if it has read something.
  look() {
    if (this.writer.logits) this.shares = this.writer.inspect(this.settings);
  }

  // Add characters, by a function that returns each, in place of an end that is
  // not read.
  add(count, next) {
    while (!this.read.at(-1).isRead) this.read.pop();
    this.wrote.push(...Array.from({ length: count }, next));
    this.look();
    this.show();
  }

  // Add a character that the reader has chosen, or that the network writes. A
  // network that was writing continues.
  async addOne(token) {
    const [isChosen, wasWriting] = [token !== undefined, this.running];
    if (isChosen && !this.isRead) return; // another network is on its way
    this.stop();
    if (!this.isRead && !(await this.restart(this.seed))) return;
    const { writer, settings } = this;
    this.add(1, () => (isChosen ? writer.append(token) : writer.write(settings)));
    if (isChosen && wasWriting) this.write();
    else this.sayWritten();
  }

  // Write until the reader stops it, or it is enough.
  async write() {
    if (!this.isRead && !(await this.restart(this.seed))) return;
    if (this.running) return;
    const [running, { turn }] = [{}, this];
    let [rest, next] = [MOST, performance.now()];
    this.running = running;
    this.message = "Writing. Move what you like meanwhile.";
    while (this.running === running && rest > 0) {
      const { count, wait } = paceOf(this.values.speed);
      const { writer, settings } = this;
      this.add(Math.min(count, rest), () => writer.write(settings));
      rest -= count;
      next = Math.max(next + wait, performance.now());
      await pause(next - performance.now());
    }
    if (this.running === running) this.stop();
    if (this.turn === turn && !this.running) this.sayWritten();
  }

  stop() {
    Object.assign(this, { running: null, isBusy: false });
    this.show();
  }

  sayWritten() {
    const written = textOf(this.wrote);
    const ending = written.length === 1 ? "" : "s";
    const count = `${written.length} character${ending}`;
    this.say(`${count} written. Press “${WRITE}” to continue.`);
    this.announce(`Written: ${written.slice(-200)}`);
  }

  copyLink() {
    const { seed, values, holders } = this;
    const isOwn = !holders[values.network];
    const held = new URLSearchParams({ ...values, seed });
    if (isOwn) held.delete("network");
    const [page] = location.href.split("#");
    return this.copy(`${page}${LINK}&${held}`, `${isOwn ? OWN : ""}The link`);
  }
}

start("playground", Playground);
