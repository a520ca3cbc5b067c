// A reader cuts a text, and sees what a network has lost by it.
import { compile } from "./arithmetic.mjs";
import { makeChoice, nameRow } from "./choice.mjs";
import { Control, makeAnnouncer } from "./controls.mjs";
import { Scissors } from "./cutting.mjs";
import { element, paragraph } from "./elements.mjs";
import { start } from "./page.mjs";
import { describeReading, loadText } from "./reading.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { Writer } from "./writer.mjs";

class CutText {
  constructor(place, { networks, text }) {
    this.place = place;
    this.holders = place.parentElement.querySelectorAll(".weights");
    this.writers = [];
    const choose = (name) => this.read(networks.indexOf(name));
    const { row, press } = makeChoice(networks, choose);
    press(networks[0]);
    const facts = { className: "letter", value: text, maxLength: 1000 };
    const plain = { type: "text", spellcheck: false, autocapitalize: "off" };
    const input = element("input", { ...facts, ...plain });
    this.words = new Control("Your words", input, () => this.read());
    const find = (...cut) => this.writer?.cut(...cut);
    this.scissors = new Scissors(find, makeAnnouncer(place));
    this.status = paragraph("status");
    this.status.role = "status";
    place.append(nameRow(row, "Network"), this.words.label, this.scissors.element);
    place.append(this.status);
    this.index = 0;
    this.read();
  }

  // Let a network read the words of the reader.
  async read(index = this.index) {
    this.index = index;
    try {
      const file = await loadText(this.holders[index]);
      this.writers[index] ??= new Writer(decodeNetwork(file), compile());
    } catch (error) {
      if (this.index === index) this.status.textContent = error.message;
      return;
    }
    if (this.index !== index) return; // the reader has chosen again
    this.writer = this.writers[index];
    const { clean, unknown, count } = this.writer.begin(this.words.value, 0);
    this.writer.readOn(count);
    const isShort = clean.length < 2 ? "Type two letters at least. " : "";
    const reading = describeReading(clean, unknown, this.words.value);
    this.status.textContent = isShort + reading;
    this.scissors.begin(clean);
  }
}

start("scissors", CutText);
