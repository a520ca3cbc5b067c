// A reader begins a text, and a trained network continues it. The page has the
// form from the beginning; this comes when it is touched.
import { compile } from "./arithmetic.mjs";
import { ranked } from "./decoding.mjs";
import { element } from "./elements.mjs";
import { formatHeat, percent } from "./numbers.mjs";
import { describeReading, loadText, showLetter } from "./reading.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { Writer } from "./writer.mjs";

const COUNT = 80; // characters that the network adds
const WAIT = 33; // milliseconds from one to the next

class Typewriter {
  constructor(form) {
    this.form = form;
    [this.read, this.written] = form.querySelectorAll(".transcript span");
    form.onsubmit = (event) => {
      event.preventDefault();
      if (this.running) this.stop();
      else this.write();
    };
    form.elements.text.oninput = () => this.restart();
    form.elements.temperature.oninput = () => this.show();
    // The button may have been pressed before there was a script.
    if (form.dataset.touched === "submit") this.write();
    else this.restart();
  }

  get settings() {
    const tau = this.form.elements.temperature.valueAsNumber;
    return { tau, k: 0, p: 1 };
  }

  say(...parts) {
    this.form.querySelector(".status").replaceChildren(...parts);
  }

  // Load the network, once.
  async load() {
    if (this.writer) return;
    this.say("Loading the network …");
    const holder = this.form.parentElement.querySelector(".weights");
    const network = decodeNetwork(await loadText(holder));
    this.writer ??= new Writer(network, compile());
  }

  // Read the text from its beginning.
  async restart() {
    this.stop();
    this.text = "";
    try {
      await this.load();
    } catch (error) {
      return this.say(error.message);
    }
    const typed = this.form.elements.text.value;
    const seed = Math.floor(2 ** 32 * Math.random());
    const { clean, unknown } = this.writer.begin(typed, seed);
    this.text = this.read.textContent = clean;
    this.form.querySelector("ol").inert = clean === "";
    this.written.textContent = "";
    this.say(describeReading(clean, unknown, typed));
    this.show();
  }

  show() {
    const { settings, form } = this;
    const { temperature } = form.elements;
    const name = formatHeat(settings.tau);
    form.querySelector(".value").textContent = temperature.ariaValueText = name;
    if (!this.text) return;
    const { p, q } = this.writer.inspect(settings);
    const order = ranked(p);
    for (const [i, row] of [...form.querySelectorAll("li")].entries()) {
      const [letter, bar, percentage] = row.children;
      showLetter(letter, this.writer.tokens[order[i]]);
      bar.style.setProperty("--q", q[order[i]].toFixed(4));
      percentage.textContent = percent(q[order[i]]);
    }
  }

  async write() {
    if (!this.text) await this.restart();
    if (!this.text || this.running) return;
    const running = (this.running = {});
    const { length } = this.written.textContent;
    this.form.elements.go.textContent = "Stop";
    for (let i = 0; i < COUNT && this.running === running; i++) {
      this.written.append(this.writer.write(this.settings).text);
      const box = this.written.parentElement;
      box.scrollTop = box.scrollHeight; // what is new is seen
      this.show();
      await new Promise((done) => setTimeout(done, WAIT));
    }
    if (this.running === running) this.stop();
    const news = this.written.textContent.slice(length);
    if (!news) return; // the reader began again meanwhile
    const text = `Written: ${news}`;
    this.say(element("span", { className: "visually-hidden" }, text));
  }

  stop() {
    this.running = null;
    this.form.elements.go.textContent = "Let it write";
  }
}

const forms = ".typewriter > form:not([data-started])";
for (const form of globalThis.document?.querySelectorAll(forms) ?? []) {
  form.dataset.started = true;
  new Typewriter(form);
}
