// The controls of the trainer.
import { Slider } from "./controls.mjs";
import { element } from "./elements.mjs";
import { Seed, Select, valuesOf } from "./fields.mjs";
import { roundValue } from "./numbers.mjs";
import { BATCH_SIZE } from "./trainer_settings.mjs";

const STEP = 0.01;
// What can be selected, by names.
const ORDERS = { "in order": false, shuffled: true };
const RESETS = { "each epoch": "epoch", "each minibatch": "minibatch", never: "never" };
const LENGTHS = { 5: 5, 10: 10, 20: 20, 35: 35, 70: 70 };
const UNITS = { 128: 128, 256: 256, "512, as the chapter": 512 };

// A slider whose positions are the exponents of its values.
class LogSlider extends Slider {
  constructor(name, range, text, change) {
    const [min, max] = range.map(Math.log10);
    super(name, { min, max, step: STEP, value: 1, text }, change);
  }

  get value() {
    return roundValue(10 ** this.input.valueAsNumber);
  }

  set value(value) {
    super.value = Math.log10(value);
  }
}

// At its right end, there is no threshold.
class ThresholdSlider extends LogSlider {
  get value() {
    const { valueAsNumber, max } = this.input;
    return valueAsNumber > max - STEP ? null : super.value;
  }

  set value(value) {
    super.value = Math.min(value ?? Infinity, 10 ** this.input.max);
  }
}

export class TrainerControls {
  // `change` is called when the reader has changed a setting.
  constructor(change) {
    const select = (name, values) =>
      new Select(name, Object.values(values), Object.keys(values), change);
    const times = (value) => `× ${value}`;
    const threshold = (value) => value ?? "none";
    const anyTime = {
      theta: new ThresholdSlider("Threshold θ", [0.05, 20], threshold, change),
      lr: new LogSlider("Learning rate", [0.01, 5], String, change),
      isRandom: select("Order of minibatches", ORDERS),
      reset: select("State back to zeros", RESETS),
    };
    const atStart = {
      numSteps: select("Characters in a subsequence", LENGTHS),
      h: select("Hidden units", UNITS),
      size: new LogSlider("Size of the first weights", [0.001, 5], times, change),
      seed: new Seed(change),
    };
    this.byName = { ...anyTime, ...atStart };
    this.anyTime = makeFieldset("At any time", anyTime);
    this.atStart = makeFieldset("When you start again", atStart);
  }

  // Offer only such numbers of characters in a subsequence as leave room for a
  // minibatch in the text, at the largest offset.
  offer({ symbols }) {
    for (const option of this.byName.numSteps.input.options) {
      option.disabled = symbols.length < (BATCH_SIZE + 1) * option.value;
    }
  }

  get values() {
    return valuesOf(this.byName);
  }

  set values(values) {
    for (const [name, control] of Object.entries(this.byName)) {
      control.value = values[name];
    }
  }
}

function makeFieldset(name, controls) {
  const legend = element("legend", {}, name);
  const labels = Object.values(controls).map(({ label }) => label);
  return element("fieldset", { className: "grid" }, legend, ...labels);
}
