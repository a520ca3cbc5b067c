// More controls: lists to select from, and seeds.
import { Control } from "./controls.mjs";
import { element } from "./elements.mjs";

// A list to select one of the values from, by their names.
export class Select extends Control {
  constructor(name, values, names, change) {
    const options = values.map((value, i) =>
      element("option", { value }, names[i]),
    );
    super(name, element("select", {}, ...options), change);
    this.values = values;
  }

  get value() {
    return this.values[this.input.selectedIndex];
  }

  // Select a value, which may be given as a text, if it is in the list.
  set value(value) {
    const index = this.values.map(String).indexOf(String(value));
    if (index >= 0) this.input.selectedIndex = index;
  }
}

export class Seed extends Control {
  constructor(change) {
    super("Seed", element("input", { type: "number", min: 0 }), change);
    this.value = 0;
    this.input.onchange = () => (this.input.value = this.value);
  }

  get value() {
    return Math.abs(Math.trunc(this.input.valueAsNumber)) || 0;
  }

  set value(value) {
    super.value = value;
  }
}

// Return the values of controls, by name.
export function valuesOf(controls) {
  const pairs = Object.entries(controls);
  return Object.fromEntries(pairs.map(([name, { value }]) => [name, value]));
}
