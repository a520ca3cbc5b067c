// Strategies of decoding: what they make of the distribution after a text.
import { announcer, button, element } from "../element.mjs";
import { normalise, ranked, strategyOf } from "../decoding.mjs";
import { choice, sample } from "./choices.mjs";
import { slider } from "./controls.mjs";
import {
  BLUE,
  Drawing,
  INK,
  MUTED,
  PALE,
  VERMILION,
  begin,
  label,
  line,
  number,
  rectangle,
} from "./drawing.mjs";

const EXCLUDED = "#bdbdbd";
const OUTLINE = { fill: "none", stroke: VERMILION, "stroke-width": 1.3 };
const HEIGHT = 250; // in pixels, of the axis
const LEFT = 26; // for the numbers of the axis

// Return the symbols of a place, the most probable first, with what the model
// gives to them and what a strategy leaves.
export function barsOf(symbols, logits, settings) {
  const before = normalise(logits);
  const after = strategyOf(settings)(before);
  return ranked(before).map((i) => ({
    symbol: symbols[i],
    p: Math.exp(before[i]),
    q: Math.exp(after[i]),
  }));
}

// Return how many symbols are left, and the entropy among them, in bits.
export function summary(bars) {
  const left = bars.filter(({ q }) => q > 0);
  const bits = left.reduce((sum, { q }) => sum - q * Math.log2(q), 0);
  return { count: left.length, bits };
}

function tell(bars) {
  const { count, bits } = summary(bars);
  const { symbol, p, q } = bars[0];
  const name = symbol === "␣" ? "the space" : `“${symbol}”`;
  return [
    `${count} of ${bars.length} symbols left, entropy ${number(bits, 2)} bits`,
    `the first, ${name}: ${number(p, 2)} before, ${number(q, 2)} after`,
  ];
}

function startStrategies(place, { symbols, places }) {
  const neutral = { tau: 1, k: symbols.length, p: 1, relative: 0 };
  const settings = { ...neutral };
  let logits = Object.values(places)[0];
  choice(place, {
    name: "after",
    options: Object.keys(places),
    change(name) {
      logits = places[name];
      renew();
    },
  });
  const key = element("p", { className: "key" });
  for (const [look, text] of [
    [OUTLINE, "before"],
    [{ fill: BLUE }, "after"],
    [{ fill: EXCLUDED }, "× excluded"],
  ]) {
    const bar = sample(rectangle(10, 1, 10, 10, look));
    key.append(element("span", {}, bar, text));
  }
  place.append(key);
  const drawing = new Drawing(place, draw);
  const facts = [0, 1].map(() => element("p", { className: "fact" }));
  place.append(...facts);
  const decimal = (value) => number(value, 2);
  const count = (k) => (k < symbols.length ? `${k}` : "all");
  const sliders = Object.entries({
    tau: ["temperature", 0, 3, 0.05, decimal],
    k: ["top-k", 1, symbols.length, 1, count],
    p: ["top-p", 0.05, 1, 0.01, decimal],
    relative: ["min-p", 0, 0.5, 0.01, decimal],
  }).map(([setting, [name, min, max, step, text]]) => {
    const change = (found) => {
      settings[setting] = found;
      renew();
    };
    const range = { min, max, step, value: neutral[setting] };
    const { set } = slider(place, { name, ...range, text, change });
    return () => set(neutral[setting]);
  });
  const reset = button("Reset", () => {
    Object.assign(settings, neutral);
    for (const back of sliders) back();
    renew();
  });
  place.append(element("div", { className: "buttons" }, reset));
  const help =
    "Move the sliders; what they ask for is done from top to bottom.";
  place.append(element("p", { className: "help" }, help));
  const announce = announcer(place);

  function bars() {
    return barsOf(symbols, logits, settings);
  }

  function draw(width) {
    const found = bars();
    const pitch = (width - LEFT) / found.length;
    const [foot, bar] = [HEIGHT + 8, Math.min(pitch - 2, 24)];
    const most = Math.max(...found.flatMap(({ p, q }) => [p, q]));
    const top = most > 0.5 ? 1 : 0.5;
    const unit = HEIGHT / top;
    const shapes = [];
    for (const part of [0, 1, 2, 3, 4, 5]) {
      const y = foot - (HEIGHT * part) / 5;
      const look = { stroke: part ? PALE : INK, "stroke-width": 0.7 };
      const text = number((top * part) / 5, 1);
      const style = { "text-anchor": "end", class: "small" };
      shapes.push(
        label(LEFT - 5, y + 4, text, style),
        line([LEFT, y, width, y], look),
      );
    }
    for (const [i, { symbol, p, q }] of found.entries()) {
      const x = LEFT + pitch * (i + 0.5);
      const column = (value, look) => {
        const height = unit * value;
        return rectangle(x - bar / 2, foot - height, bar, height, look);
      };
      const middle = { "text-anchor": "middle" };
      const isOut = q === 0;
      shapes.push(
        isOut ? column(p, { fill: EXCLUDED }) : column(q, { fill: BLUE }),
        column(p, OUTLINE),
        label(x, foot + 15, symbol, { ...middle, fill: isOut ? MUTED : INK }),
      );
      if (isOut) shapes.push(label(x, foot - unit * p - 4, "×", middle));
    }
    return { height: foot + 22, words: tell(found).join("; "), shapes };
  }

  function show() {
    for (const [i, text] of tell(bars()).entries()) facts[i].textContent = text;
    drawing.redraw();
  }

  function renew() {
    show();
    announce(tell(bars()).join("; "));
  }

  show();
}

begin("strategies", startStrategies);
