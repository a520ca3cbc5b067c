// More controls: lists to select from, and seeds.
import { Control } from "./controls.mjs";
import { element } from "./elements.mjs";

// A list to select one of the values from, by their names.
export class Select extends Control {
  constructor(name, values, names, change) {
    super(name, element("select"), change);
    this.values = [];
    for (const [i, value] of values.entries()) this.add(value, names[i]);
  }

  add(value, name) {
    this.values.push(value);
    this.input.append(element("option", { value }, name));
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
    const range = { min: 0, max: Number.MAX_SAFE_INTEGER, value: 0 };
    super("Seed", element("input", { type: "number", ...range }), change);
    this.input.onchange = () => (this.input.value = this.value);
  }

  get value() {
    const size = Math.abs(Math.trunc(this.input.valueAsNumber)) || 0;
    return Math.min(size, Number.MAX_SAFE_INTEGER);
  }

  // What is no seed is replaced by the one that is used.
  set value(value) {
    super.value = value;
    this.input.value = this.value;
  }
}

// Return the values of controls, by name.
export function valuesOf(controls) {
  const pairs = Object.entries(controls);
  return Object.fromEntries(pairs.map(([name, { value }]) => [name, value]));
}
