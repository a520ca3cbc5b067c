// Buttons of which one can be pressed.
import { box, button, element } from "./elements.mjs";

// Return a row of buttons, and `press`, which presses the button of an option,
// or none. `choose` is called with the option that the reader chooses, and its
// number.
export function makeChoice(options, choose) {
  const buttons = options.map((option, i) =>
    button(option, () => {
      press(option);
      choose(option, i);
    }),
  );
  const press = (chosen) => {
    for (const each of buttons) each.ariaPressed = each.textContent === chosen;
  };
  press(null);
  return { row: box("buttons", ...buttons), press };
}

// Give a name to such a row.
export function nameRow(row, name) {
  row.prepend(element("span", {}, name));
  return Object.assign(row, { role: "group", ariaLabel: name });
}
