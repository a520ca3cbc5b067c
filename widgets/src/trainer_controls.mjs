// The controls of the trainer.
import { Slider } from "./controls.mjs";
import { element } from "./elements.mjs";
import { Seed, Select, valuesOf } from "./fields.mjs";
import { roundValue } from "./numbers.mjs";
import { LISTS, RANGES } from "./trainer_settings.mjs";

const STEP = 0.01;
const ORDERS = ["in order", "shuffled"];
const RESET_NAMES = ["each epoch", "each minibatch", "never"];
const UNIT_NAMES = ["128", "256", "512, as the chapter"];

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
    return valueAsNumber > max - STEP ? Infinity : super.value;
  }

  set value(value) {
    super.value = Math.min(value, 10 ** this.input.max);
  }
}

export class TrainerControls {
  // `change` is called when the reader has changed a setting.
  constructor(change) {
    const select = (...facts) => new Select(...facts, change);
    const times = (value) => `× ${value}`;
    const threshold = (value) => (value === Infinity ? "none" : String(value));
    const { theta, lr, size } = RANGES;
    const { isRandom, reset, numSteps, h } = LISTS;
    const anyTime = {
      theta: new ThresholdSlider("Threshold θ", theta, threshold, change),
      lr: new LogSlider("Learning rate", lr, String, change),
      isRandom: select("Order of minibatches", isRandom, ORDERS),
      reset: select("State back to zeros", reset, RESET_NAMES),
    };
    const atStart = {
      numSteps: select("Characters in a subsequence", numSteps, numSteps),
      h: select("Hidden units", h, UNIT_NAMES),
      size: new LogSlider("Size of the first weights", size, times, change),
      seed: new Seed(change),
    };
    this.byName = { ...anyTime, ...atStart };
    this.anyTime = makeFieldset("At any time", anyTime);
    this.atStart = makeFieldset("When you start again", atStart);
  }

  // Offer only such numbers of characters in a subsequence as fit the text.
  offer(canBe) {
    const { input, values } = this.byName.numSteps;
    for (const [i, value] of values.entries()) {
      input.options[i].disabled = !canBe(value);
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
  return element("fieldset", { className: "grid settings" }, legend, ...labels);
}
