// The sliders of a decoding strategy.
import { Slider } from "./controls.mjs";
import { formatHeat } from "./numbers.mjs";

const NEUTRAL = { tau: 1, k: 0, p: 1, relative: 0 };

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

// Return the sliders, by the names that `makeStrategy` has for them, so that
// they change no distribution of `most` characters.
export function makeStrategySliders(most, change) {
  const make = (name, range, Kind = Slider) =>
    new Kind(name, { text: (value) => value.toFixed(2), ...range }, change);
  const count = { min: 1, max: most, text: (k) => k || "all" };
  const sliders = {
    tau: make("Temperature", { max: 2, step: 0.05, text: formatHeat }),
    k: make("Top-k", count, CountSlider),
    p: make("Top-p", { min: 0.05, max: 1, step: 0.01 }),
    relative: make("Min-p", { max: 1, step: 0.01 }),
  };
  neutralise(sliders);
  return sliders;
}

// Let the sliders change no distribution.
export function neutralise(sliders) {
  for (const [name, slider] of Object.entries(sliders)) {
    slider.value = NEUTRAL[name];
  }
}
