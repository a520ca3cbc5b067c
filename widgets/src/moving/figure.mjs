// A figure that moves: a drawing, texts, and controls.
import { makeAnnouncer } from "../controls.mjs";
import { box, paragraph, svgElement } from "../elements.mjs";
import { followDrag } from "../keys.mjs";
import { toNodes, toSpeech } from "./formulas.mjs";

// Around a text, so that it can be read on top of lines.
export const HALO = { "paint-order": "stroke", stroke: "white", "stroke-width": 3 };

// A subclass has `draw(width)`, which returns the height and the shapes of the
// drawing, in nested lists, with false for a shape that is not there; and
// `listFacts()`: a fact is a text and perhaps a swatch.
export class MovingFigure {
  constructor(place) {
    this.place = place;
    this.announce = makeAnnouncer(place);
  }

  // Add a drawing that is as wide as the figure, and below it a place for facts.
  addDrawing() {
    this.svg = svgElement("svg", { role: "img" });
    this.drawing = box("drawing", this.svg);
    this.facts = box("facts");
    this.place.append(this.drawing, this.facts);
    new ResizeObserver(() => {
      if (this.width !== this.drawing.clientWidth) this.show();
    }).observe(this.drawing);
  }

  // Call `follow` with the place in the drawing where a reader drags or clicks.
  letDrag(follow) {
    this.svg.style.cursor = "grab";
    followDrag(this.svg, ({ clientX, clientY }) => {
      const { left, top } = this.svg.getBoundingClientRect();
      follow(clientX - left, clientY - top);
    });
  }

  show() {
    const facts = this.listFacts().map(([text, swatch = ""]) =>
      paragraph("fact", swatch, ...toNodes(text)),
    );
    this.facts.replaceChildren(...facts);
    this.width = this.drawing.clientWidth;
    const width = this.width || 300; // it may be folded away
    this.extent = [0, width]; // of the frames
    const { height, shapes } = this.draw(width);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("height", height);
    this.svg.ariaLabel = this.describe();
    this.svg.replaceChildren(...shapes.flat(Infinity).filter(Boolean));
  }

  // Say what is shown, to those who do not see it.
  describe() {
    const texts = this.listFacts().map(([text]) => text);
    return toSpeech(texts.join("; "));
  }

  addHelp(text) {
    this.place.append(paragraph("help", text));
  }

  // The frame that is shown, where a `Player` leads through frames.
  get frame() {
    return this.player.frame;
  }

  // Show what has changed, and announce it unless more follows soon.
  update(isPlaying = false) {
    this.show();
    if (!isPlaying) this.announce(this.describe());
  }
}
