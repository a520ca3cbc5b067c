// What may be chosen in a moving picture, and what its looks mean.
import { button, element, shape } from "../element.mjs";
import { line } from "./drawing.mjs";

// A small sample of what is drawn, to stand before its name.
export function sample(...shapes) {
  const box = { viewBox: "0 0 30 12", class: "sample", "aria-hidden": "true" };
  return shape("svg", box, ...shapes);
}

export function sampleLine(attributes) {
  return sample(line([1, 6, 29, 6], attributes));
}

// Buttons, of which one is chosen.
export function choice(place, { name, options, change }) {
  const row = element("div", { className: "buttons", role: "group" });
  row.ariaLabel = name;
  row.append(element("span", {}, name));
  for (const option of options) {
    const chosen = button(option, () => {
      for (const each of row.querySelectorAll("button")) {
        each.ariaPressed = String(each === chosen);
      }
      change(option);
    });
    chosen.ariaPressed = String(option === options[0]);
    row.append(chosen);
  }
  place.append(row);
}
