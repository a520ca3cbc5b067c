// A figure that moves: a drawing, texts, and controls.
import { followDrag } from "../keys.mjs";
import { useElement, useSize } from "../ui.mjs";
import { html } from "../vendor/preact.mjs";
import { Widget } from "../widget.mjs";
import { toNodes, toSpeech } from "./formulas.mjs";

const DELAY = 400; // milliseconds before a screen reader announces
// Around a text, so that it can be read on top of lines.
export const HALO = { "paint-order": "stroke", stroke: "white", "stroke-width": 3 };

// A drawing as wide as the page allows: `draw(width)` returns its height and its
// shapes, in nested lists, with false for a shape that is not there. `drag`, if
// it can be dragged, is called with the place where a reader does, or clicks.
export function Drawing({ name, draw, drag }) {
  const svg = useElement((element) => {
    const follow = ({ clientX, clientY }) => {
      const { left, top } = element.getBoundingClientRect();
      drag(clientX - left, clientY - top);
    };
    if (drag) followDrag(element, follow);
  });
  const { width } = useSize(svg, { width: 300 }); // if it is folded away
  const { height, shapes } = draw(width);
  return html`<div class="drawing"><svg role="img" aria-label=${name} ref=${svg}
    style=${drag && "cursor: grab"}
    viewBox="0 0 ${width} ${height}" height=${height}>${shapes}</svg></div>`;
}

// A subclass has `drawShapes(width)` and `drag(x, y)`, as above; `listFacts()`,
// where a fact is a text and perhaps a swatch; `drawControls()`; and `help`.
export class MovingFigure extends Widget {
  constructor(place) {
    super(place, DELAY);
  }

  draw() {
    const facts = this.listFacts().map(([text, swatch]) =>
      html`<p class="fact">${swatch}${toNodes(text)}</p>`);
    return html`
      <${Drawing} name=${this.describe()} draw=${(width) => this.drawShapes(width)}
        drag=${(...place) => this.drag(...place)} />
      <div class="facts">${facts}</div>
      <div class="buttons player">${this.drawControls()}</div>
      <p class="help">${this.help}</p>`;
  }

  // Say what is shown, to those who do not see it.
  describe() {
    const texts = this.listFacts().map(([text]) => text);
    return toSpeech(texts.join("; "));
  }

  // Show what has changed, and announce it unless more follows soon.
  update() {
    this.show();
    this.announce(this.describe());
  }
}
