// The controls of widgets and of moving figures.
import { element, paragraph } from "./elements.mjs";

// A control with its label, which is its accessible name. `change` is called
// with its value when the reader has changed it.
export class Control {
  constructor(name, input, change) {
    this.input = input;
    this.label = element("label", {}, element("span", {}, name), input);
    input.ariaLabel = name;
    input.oninput = () => {
      this.show();
      change(this.value);
    };
  }

  get value() {
    return this.input.value;
  }

  set value(value) {
    this.input.value = value;
    this.show();
  }

  // Show the value, where the input does not.
  show() {}
}

// A slider that shows its value as `text(value)`.
export class Slider extends Control {
  constructor(name, { text, value, ...range }, change) {
    super(name, element("input", { type: "range", ...range }), change);
    this.text = text;
    this.output = element("span", { className: "value" });
    this.input.before(this.output);
    this.label.className = "slider";
    this.value = value;
  }

  get value() {
    return this.input.valueAsNumber;
  }

  set value(value) {
    super.value = value;
  }

  show() {
    this.output.textContent = this.text(this.value);
    this.input.ariaValueText = this.output.textContent;
  }
}

// Return the values of controls, by name.
export function valuesOf(controls) {
  const pairs = Object.entries(controls);
  return Object.fromEntries(pairs.map(([name, { value }]) => [name, value]));
}

// Return a function that lets a screen reader announce a text, unless another
// text follows within `delay` milliseconds.
export function makeAnnouncer(place, delay = 400) {
  const status = paragraph("announcement");
  let timer;
  status.role = "status";
  place.append(status);
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), delay);
  };
}
