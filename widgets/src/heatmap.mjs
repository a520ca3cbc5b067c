// The hidden state: a field for each unit, coloured by its value.
import { box, element, paragraph } from "./elements.mjs";

const TITLE_OF_STATE = "Hidden state: purple near −1, green near 1";
const ROWS = 8;

export class HeatMap {
  constructor() {
    this.canvas = element("canvas", { role: "img", ariaLabel: TITLE_OF_STATE });
    this.place = box("", paragraph("title", TITLE_OF_STATE), this.canvas);
  }

  show(state) {
    const { canvas } = this;
    canvas.width = Math.ceil(state.length / ROWS);
    canvas.height = ROWS;
    const drawing = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    const colorOf = (name) => style.getPropertyValue(name);
    const [negative, positive] = ["--negative", "--positive"].map(colorOf);
    for (const [i, value] of state.entries()) {
      drawing.fillStyle = value < 0 ? negative : positive;
      drawing.globalAlpha = Math.abs(value);
      drawing.fillRect(Math.floor(i / ROWS), i % ROWS, 1, 1);
    }
    const far = state.filter((value) => Math.abs(value) > 0.9).length;
    const count = `${far} of ${state.length} units`;
    canvas.ariaLabel = `The hidden state: ${count} are beyond 0.9 or below −0.9.`;
  }
}
