// Controls of the widgets: lists to select from, and seeds.
import { Control } from "./controls.mjs";
import { element } from "./elements.mjs";

// A list to select from, given pairs of a value and its name.
export class Select extends Control {
  constructor(name, options, change) {
    const items = options.map(([value, text]) =>
      element("option", { value }, text),
    );
    super(name, element("select", {}, ...items), change);
    this.values = options.map(([value]) => value);
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
