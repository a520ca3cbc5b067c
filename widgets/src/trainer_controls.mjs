// The controls of the trainer.
import { Control, Slider } from "./controls.mjs";
import { element } from "./elements.mjs";
import { Seed, Select, valuesOf } from "./fields.mjs";
import { roundValue } from "./numbers.mjs";
import { RESETS, STEPS, UNITS } from "./trainer_settings.mjs";

const ORDERS = ["in order", "shuffled"];
const RESET_NAMES = ["each epoch", "each minibatch", "never"];
const UNIT_NAMES = ["128", "256", "512, as the chapter"];

// A slider whose positions are the exponents of its values.
class LogSlider extends Slider {
  constructor(name, [least, most], text, change) {
    const [min, max] = [Math.log10(least), Math.log10(most)];
    super(name, { min, max, step: 0.01, value: 1, text }, change);
  }

  get value() {
    return roundValue(10 ** this.input.valueAsNumber);
  }

  set value(value) {
    super.value = Math.log10(value);
  }
}

export class TrainerControls {
  // `change` is called when the reader has changed a setting.
  constructor(change) {
    const onChange = () => {
      this.showThreshold();
      change();
    };
    const checkbox = element("input", { type: "checkbox" });
    const select = (...facts) => new Select(...facts, onChange);
    const slider = (...facts) => new LogSlider(...facts, onChange);
    const threshold = (value) => (checkbox.checked ? "none" : String(value));
    const times = (value) => `× ${value}`;
    const anyTime = {
      theta: slider("Threshold θ", [0.05, 20], threshold),
      lr: slider("Learning rate", [0.01, 5], String),
      unclipped: new Control("No clipping", checkbox, onChange, "checked"),
      isRandom: select("Order of subsequences", [false, true], ORDERS),
      reset: select("State back to zeros", RESETS, RESET_NAMES),
    };
    const atStart = {
      numSteps: select("Characters in a subsequence", STEPS, STEPS),
      h: select("Hidden units", UNITS, UNIT_NAMES),
      size: slider("Size of the first weights", [0.001, 5], times),
      seed: new Seed(onChange),
    };
    this.byName = { ...anyTime, ...atStart };
    this.anyTime = makeFieldset("At any time", anyTime);
    this.atStart = makeFieldset("For the next training", atStart);
  }

  get values() {
    const { unclipped, theta, ...values } = valuesOf(this.byName);
    return { ...values, theta: unclipped ? Infinity : theta };
  }

  set values({ theta, ...values }) {
    const unclipped = theta === Infinity;
    const all = { ...values, unclipped, theta: unclipped ? 1 : theta };
    for (const [name, control] of Object.entries(this.byName)) {
      control.value = all[name];
    }
    this.showThreshold();
  }

  // Without clipping, there is no threshold to move.
  showThreshold() {
    const { theta, unclipped } = this.byName;
    theta.input.disabled = unclipped.value;
    theta.show();
  }
}

function makeFieldset(name, controls) {
  const legend = element("legend", {}, name);
  const labels = Object.values(controls).map(({ label }) => label);
  return element("fieldset", { className: "grid settings" }, legend, ...labels);
}
