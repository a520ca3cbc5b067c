// The hidden state: a square for each unit, coloured by its value.
import { element } from "./element.mjs";

const COLUMNS = 32;
const [NEGATIVE, POSITIVE] = [
  [0, 114, 178], // blue
  [213, 94, 0], // vermilion
];

export function makeHeatMap() {
  const canvas = element("canvas", { role: "img" });
  const place = element(
    "section",
    { className: "heat-map", ariaLabel: "The hidden state" },
    element("p", { className: "title" }, "The hidden state"),
    element("div", { className: "map" }, canvas),
    element(
      "p",
      { className: "legend" },
      "A square for each unit: blue near −1, orange near 1, clear near 0.",
    ),
  );

  function show(state) {
    canvas.width = COLUMNS;
    canvas.height = Math.ceil(state.length / COLUMNS);
    const drawing = canvas.getContext("2d");
    const pixels = drawing.createImageData(COLUMNS, canvas.height);
    state.forEach((value, i) => pixels.data.set(colour(value), 4 * i));
    drawing.putImageData(pixels, 0, 0);
    const far = state.filter((value) => Math.abs(value) > 0.9).length;
    canvas.ariaLabel =
      `The hidden state: ${far} of ${state.length} units are beyond 0.9 or ` +
      "below −0.9.";
  }

  return { place, show };
}

// Return the colour of a value from -1 to 1: red, green, blue, and opacity.
function colour(value) {
  return [...(value < 0 ? NEGATIVE : POSITIVE), 255 * Math.abs(value)];
}
