// The sliders of a strategy, for the figure of strategies and the playground.
import { Slider } from "./controls.mjs";
import { valuesOf } from "./fields.mjs";

// By the names in a link: what changes no distribution.
const NEUTRAL = { temperature: 1, "top-k": 0, "top-p": 1, "min-p": 0 };

const writeSetting = (value) => value.toFixed(2);
const describeHeat = (tau) => (tau === 0 ? "0: greedy" : writeSetting(tau));

// At its right end, top-k keeps all characters; its value is then 0.
class CountSlider extends Slider {
  get value() {
    const k = super.value;
    return k < this.input.max ? k : 0;
  }

  set value(k) {
    super.value = Number(k) || this.input.max;
  }
}

// Return the sliders by name, for a distribution of `most` characters.
export function makeStrategySliders(most, change) {
  const make = (Kind, name, range) => {
    const value = NEUTRAL[name];
    return [name, new Kind(name, { text: writeSetting, ...range, value }, change)];
  };
  const count = { min: 1, max: most, text: (k) => k || "all" };
  return Object.fromEntries([
    make(Slider, "temperature", { max: 3, step: 0.05, text: describeHeat }),
    make(CountSlider, "top-k", count),
    make(Slider, "top-p", { min: 0.05, max: 1, step: 0.01 }),
    make(Slider, "min-p", { max: 1, step: 0.01 }),
  ]);
}

// Let the sliders change no distribution.
export function neutralise(sliders) {
  for (const [name, value] of Object.entries(NEUTRAL)) {
    sliders[name].value = value;
  }
}

// Return the strategy of the sliders, as `makeStrategy` takes it.
export function strategyOf(sliders) {
  const { temperature, ...others } = valuesOf(sliders);
  const { "top-k": k, "top-p": p, "min-p": relative } = others;
  return { tau: temperature, k, p, relative };
}
