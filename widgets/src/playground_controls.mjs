// The controls of the playground, and the links that hold their values.
import { Control, Slider } from "./controls.mjs";
import { element } from "./elements.mjs";
import { Seed, Select, valuesOf } from "./fields.mjs";

const LINK = "#playground="; // begins what a link holds
const SPEEDS = {
  2: "2 characters a second",
  10: "10 a second",
  50: "50 a second",
  500: "500 a second",
  Infinity: "as fast as it can",
};
// The strategy, by the names in a link. A step that is off changes nothing.
const RANGES = {
  temperature: { min: 0, max: 3, step: 0.05, value: 0.5 },
  "top-k": { min: 0, step: 1, value: 0, off: 0 },
  "top-p": { min: 0.05, max: 1, step: 0.05, value: 1, off: 1 },
  "min-p": { min: 0, max: 1, step: 0.05, value: 0, off: 0 },
};

// Return the values that an address holds behind its "#", by their names.
export function parseLink(hash) {
  const isOurs = hash.startsWith(LINK);
  return isOurs ? Object.fromEntries(new URLSearchParams(hash.slice(1))) : {};
}

function makeSlider(name, { off, ...range }, change) {
  const text = (value) => {
    if (value === off) return "off";
    return name === "temperature" && value === 0 ? "0: greedy" : String(value);
  };
  return new Slider(name, { text, ...range }, change);
}

export class PlaygroundControls {
  // `restart` is called when the text is to be read again, and `inspect` when
  // only the strategy has changed.
  constructor(networks, text, { restart, inspect }) {
    const names = networks.map(({ name }) => name);
    const speeds = Object.keys(SPEEDS).map(Number);
    const area = { rows: 3, value: text, spellcheck: false };
    const max = Math.max(...networks.map(({ V }) => V - 1));
    this.sliders = {};
    for (const [name, range] of Object.entries(RANGES)) {
      this.sliders[name] = makeSlider(name, { max, ...range }, inspect);
    }
    this.byName = {
      network: new Select("Network", [...names.keys()], names, restart),
      text: new Control("Your text", element("textarea", area), restart),
      seed: new Seed(restart),
      speed: new Select("Speed", speeds, Object.values(SPEEDS), () => {}),
      ...this.sliders,
    };
    this.byName.speed.value = 10;
    this.byName.network.label.hidden = networks.length < 2; // no choice
  }

  get values() {
    return valuesOf(this.byName);
  }

  // Set some of the controls, by values that may be given as texts.
  set values(values) {
    for (const [name, value] of Object.entries(values)) {
      const isNumber = Number.isFinite(parseFloat(value));
      if (name in this.sliders && !isNumber) continue;
      if (name in this.byName) this.byName[name].value = value;
    }
  }

  // Turn off all steps of the strategy that can be off.
  turnOff() {
    for (const [name, { off }] of Object.entries(RANGES)) {
      if (off !== undefined) this.sliders[name].value = off;
    }
  }

  // The strategy of decoding, as `makeStrategy` takes it.
  get strategy() {
    const { temperature, ...others } = valuesOf(this.sliders);
    const { "top-k": k, "top-p": p, "min-p": relative } = others;
    return { tau: temperature, k, p, relative };
  }

  // The address of the page with the values of the controls.
  get link() {
    const address = location.href.split("#")[0];
    return `${address}${LINK}&${new URLSearchParams(this.values)}`;
  }
}
