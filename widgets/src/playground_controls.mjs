// The controls of the playground, and the links that hold their values.
import { Slider } from "./controls.mjs";
import { box, element, paragraph } from "./elements.mjs";
import { Seed, Select, valuesOf } from "./fields.mjs";
import { makeStrategySliders } from "./strategy_sliders.mjs";

const LINK = "#playground="; // begins what a link holds
const SPEEDS = [2, 10, 50, 500, Infinity];
const SPEED_NAMES = [
  ...["2 characters a second", "10 a second", "50 a second", "500 a second"],
  "as fast as it can",
];
const ORDER =
  "Done in this order, after temperature; at 0, the most probable is taken.";
const WIDE = "(min-width: 700px)"; // a window with room for all settings

// Return the values that an address holds behind its "#", by their names, or
// null if it leads elsewhere.
export function parseLink(hash) {
  if (!hash.startsWith(LINK)) return null;
  return Object.fromEntries(new URLSearchParams(hash.slice(LINK.length)));
}

export class PlaygroundControls {
  // `restart` is called when the text is to be read again, and `inspect` when
  // only the strategy has changed. `text` is a control as well, and `most` the
  // number of characters to choose from.
  constructor(networks, most, text, { restart, inspect }) {
    this.sliders = makeStrategySliders(most, inspect);
    const { tau, k, p, relative } = this.sliders;
    this.chosen = {
      network: new Select("Network", [], [], restart),
      ...{ temperature: tau, "top-k": k, "top-p": p, "min-p": relative },
    };
    this.byName = {
      ...this.chosen,
      text,
      seed: new Seed(restart),
      speed: new Select("Speed", SPEEDS, SPEED_NAMES, () => {}),
    };
    for (const { name } of networks) this.addNetwork(name);
    this.values = { speed: 10, temperature: 0.5 };
    const { label } = this.byName.network;
    this.head = box("grid head", label, tau.label); // who writes, and how wildly
  }

  // Return the settings, and more below them, which are folded away where there
  // is little room.
  fold(...more) {
    const { k, p, relative } = this.sliders;
    const { speed, seed } = this.byName;
    return element(
      "details",
      { className: "more", open: matchMedia(WIDE).matches },
      element("summary", {}, "More settings"),
      paragraph("legend", ORDER),
      box("grid", ...[k, p, relative].map(({ label }) => label)),
      box("settings", speed.label, seed.label, ...more),
    );
  }

  addNetwork(name) {
    const { network } = this.byName;
    network.add(network.values.length, name);
    network.label.hidden = network.values.length < 2; // no choice
  }

  get values() {
    return valuesOf(this.byName);
  }

  // What an experiment may change, besides the text.
  get choices() {
    return valuesOf(this.chosen);
  }

  // Set some of the controls, by values that may be given as texts.
  set values(values) {
    for (const [name, control] of Object.entries(this.byName)) {
      const isOdd = control instanceof Slider && isNaN(values[name]);
      if (name in values && !isOdd) control.value = values[name];
    }
  }

  // Return the address of the page with the values of the controls. A network
  // of the reader has no place there.
  makeLink(isOwn) {
    const values = new URLSearchParams(this.values);
    if (isOwn) values.delete("network");
    return `${location.href.split("#")[0]}${LINK}&${values}`;
  }
}
