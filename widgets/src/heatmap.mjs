// The hidden state: a square for each unit, coloured by its value.
import { box, element, paragraph } from "./elements.mjs";

const COLUMNS = 32;

export class HeatMap {
  constructor() {
    this.canvas = element("canvas", { role: "img" });
    const legend =
      "A square for each unit: blue near −1, orange near 1, clear near 0.";
    this.place = element(
      "section",
      { className: "heat-map", ariaLabel: "The hidden state" },
      paragraph("title", "The hidden state"),
      box("map", this.canvas),
      paragraph("legend", legend),
    );
  }

  show(state) {
    const { canvas } = this;
    canvas.width = COLUMNS;
    canvas.height = Math.ceil(state.length / COLUMNS);
    const drawing = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    const [negative, positive] = ["--negative", "--positive"].map((name) =>
      style.getPropertyValue(name),
    );
    for (const [i, value] of state.entries()) {
      drawing.fillStyle = value < 0 ? negative : positive;
      drawing.globalAlpha = Math.abs(value);
      drawing.fillRect(i % COLUMNS, Math.floor(i / COLUMNS), 1, 1);
    }
    const far = state.filter((value) => Math.abs(value) > 0.9).length;
    canvas.ariaLabel =
      `The hidden state: ${far} of ${state.length} units are beyond 0.9 or ` +
      "below −0.9.";
  }
}
