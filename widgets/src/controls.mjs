// The controls of widgets and of moving figures.
import { element } from "./elements.mjs";

// A control with its label, which is its accessible name. `change` is called
// with its value, a property of the input, when the reader has changed it.
export class Control {
  constructor(name, input, change, property = "value") {
    Object.assign(this, { input, property });
    this.label = element("label", {}, element("span", {}, name), input);
    input.ariaLabel = name;
    input.oninput = () => {
      this.show();
      change(this.value);
    };
  }

  get value() {
    return this.input[this.property];
  }

  set value(value) {
    this.input[this.property] = value;
    this.show();
  }

  // Show the value, where the input does not.
  show() {}
}

// A slider that shows its value as `text(value)`. It begins with a number,
// because WebKit throws an error at NaN.
export class Slider extends Control {
  constructor(name, { text, value = 0, ...range }, change) {
    const input = element("input", { type: "range", ...range });
    super(name, input, change, "valueAsNumber");
    this.text = text;
    this.output = element("span", { className: "value" });
    this.input.before(this.output);
    this.label.className = "slider";
    this.value = value;
  }

  show() {
    this.output.textContent = this.text(this.value);
    this.input.ariaValueText = this.output.textContent;
  }
}

// Return a function that lets a screen reader announce a text, unless another
// text follows within `delay` milliseconds.
export function makeAnnouncer(place, delay = 400) {
  const status = element("p", { className: "announcement", role: "status" });
  let timer;
  place.append(status);
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), delay);
  };
}
