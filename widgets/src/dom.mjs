// The controls of the widgets, and their way into a page.
import { element } from "./element.mjs";

// A label with a control in it, and what it says of its value. The name of the
// control is the text alone.
export function labelled(text, control, value = "") {
  control.ariaLabel = text;
  return element("label", {}, element("span", {}, `${text} `, value), control);
}

// Return a choice of several values, which are shown by their names.
export function choice(names) {
  const options = Object.entries(names).map(([value, name]) =>
    element("option", { value }, name),
  );
  return element("select", {}, ...options);
}

// Return where a reader types a seed, and what it counts as.
export function makeSeed() {
  const input = element("input", { type: "number", value: 0, min: 0 });
  const seed = () => Math.abs(Math.trunc(input.valueAsNumber)) || 0;
  input.onchange = () => (input.value = seed());
  return { input, seed };
}

// Start a widget at all its places in the page that are still as they came.
export function begin(kind, start) {
  if (!document.querySelector("#in-browser-style")) {
    const style = element("style", { id: "in-browser-style" }, STYLE);
    document.head.append(style);
  }
  const places = `.in-browser[data-kind="${kind}"]:not([data-begun])`;
  for (const place of document.querySelectorAll(places)) {
    place.dataset.begun = "";
    const data = JSON.parse(place.querySelector(".data").textContent);
    start(place, data);
  }
}

// Return the weights that an element holds, or the file that it names.
export async function loadWeights(place) {
  if (!place.dataset.src) return JSON.parse(place.textContent);
  const script = element("script", { src: place.dataset.src });
  await new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    document.head.append(script);
  });
  script.remove();
  if (script.data) return script.data;
  throw new Error(
    `The weights of the network cannot be read from ${script.src}. Is the ` +
      "site complete, and is there a connection?",
  );
}
