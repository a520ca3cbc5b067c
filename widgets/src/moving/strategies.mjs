// Strategies of decoding: what they make of the distribution after a text.
import { makeKey } from "../bars.mjs";
import { makeStrategy, normalise, ranked } from "../decoding.mjs";
import { box, button } from "../elements.mjs";
import { valuesOf } from "../fields.mjs";
import { start } from "../page.mjs";
import { END, MIDDLE, label, line, rectangle } from "../shapes.mjs";
import { makeStrategySliders, neutralise } from "../strategy_sliders.mjs";
import { MovingFigure } from "./figure.mjs";
import { formatNumber } from "./formulas.mjs";

const EXCLUDED = { fill: "var(--excluded)" };
const AFTER = { fill: "var(--adjusted)" };
const BEFORE = { fill: "none", stroke: "var(--original)", "stroke-width": 1.3 };
const HEIGHT = 250; // in pixels, of the axis
const BOTTOM = HEIGHT + 8;
const LEFT = 26; // for the numbers of the axis

// Return a bar for each symbol, the most probable first, with its probability
// by the model, p, and after a strategy, q.
export function computeBars(symbols, logits, settings) {
  const before = normalise(logits);
  const after = makeStrategy(settings)(before);
  return ranked(before).map((i) => ({
    symbol: symbols[i],
    p: Math.exp(before[i]),
    q: Math.exp(after[i]),
  }));
}

// Return how many symbols are left, and the entropy among them, in bits.
export function summarise(bars) {
  const left = bars.filter(({ q }) => q > 0);
  const bits = left.reduce((sum, { q }) => sum - q * Math.log2(q), 0);
  return { count: left.length, bits };
}

class Strategies extends MovingFigure {
  constructor(place, { symbols, places, settings }) {
    super(place);
    Object.assign(this, { symbols, places });
    this.addChoice("after", Object.keys(places));
    place.append(makeKey());
    this.addDrawing();
    this.addHelp(
      "Move the sliders; what they ask for is done from top to bottom.",
    );
    const update = () => this.update();
    this.sliders = makeStrategySliders(symbols.length, update);
    for (const [name, value] of Object.entries(settings)) {
      this.sliders[name].value = value;
    }
    const labels = Object.values(this.sliders).map(({ label }) => label);
    const none = button("No strategy", () => {
      neutralise(this.sliders);
      update();
    });
    place.append(...labels, box("buttons", none));
    this.show();
  }

  get bars() {
    const logits = this.places[this.choice];
    return computeBars(this.symbols, logits, valuesOf(this.sliders));
  }

  listFacts() {
    const { bars } = this;
    const { count, bits } = summarise(bars);
    const { symbol, p, q } = bars[0];
    const name = symbol === "␣" ? "the space" : `“${symbol}”`;
    const [entropy, before, after] = [bits, p, q].map((x) => formatNumber(x, 2));
    return [
      [`${count} of ${bars.length} symbols left, entropy ${entropy} bits`],
      [`the first, ${name}: ${before} before, ${after} after`],
    ];
  }

  draw(width) {
    const { bars } = this;
    const highest = Math.max(...bars.flatMap(({ p, q }) => [p, q]));
    const top = highest > 0.5 ? 1 : 0.5;
    const pitch = (width - LEFT) / bars.length;
    const layout = { unit: HEIGHT / top, bar: Math.min(pitch - 2, 24) };
    const shapes = bars.map((bar, i) =>
      drawBar(bar, LEFT + pitch * (i + 0.5), layout),
    );
    return { height: BOTTOM + 22, shapes: [drawAxis(width, top), shapes] };
  }
}

function drawAxis(width, top) {
  return [0, 1, 2, 3, 4, 5].map((tick) => {
    const y = BOTTOM - (HEIGHT * tick) / 5;
    const text = formatNumber((top * tick) / 5, 1);
    const color = tick ? "var(--pale)" : "var(--ink)";
    return [
      label(LEFT - 5, y + 4, text, { ...END, class: "small" }),
      line([LEFT, y, width, y], { color, width: 0.7 }),
    ];
  });
}

function drawBar({ symbol, p, q }, x, { unit, bar }) {
  const column = (value, style) => {
    const height = unit * value;
    return rectangle(x - bar / 2, BOTTOM - height, bar, height, style);
  };
  const isOut = q === 0;
  const fill = isOut ? "var(--muted)" : "var(--ink)";
  return [
    isOut ? column(p, EXCLUDED) : column(q, AFTER),
    column(p, BEFORE),
    label(x, BOTTOM + 15, symbol, { ...MIDDLE, fill }),
    isOut && label(x, BOTTOM - unit * p - 4, "×", MIDDLE),
  ];
}

start("strategies", Strategies);
