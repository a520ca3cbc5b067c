// Clipping in the plane: a gradient and a threshold that can be moved.
import { announcer, element, shape } from "../element.mjs";
import { sample, sampleLine } from "./choices.mjs";
import { slider } from "./controls.mjs";
import {
  BROWN,
  Drawing,
  INK,
  PURPLE,
  arrow,
  begin,
  formula,
  label,
  line,
  number,
} from "./drawing.mjs";

const BALL = "#eaf3f9";
const FLAT = 0.75; // the height of the plane, of its width
const BEFORE = { color: PURPLE, width: 1.6, dash: "6 4" };
const AFTER = { color: BROWN, width: 2.4 };
const ROOM = 0.9; // of the plane, for the point
const STEP = 0.1; // of an arrow key
const MOVES = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

// Return a gradient of two components, clipped, and how (eq-clip).
export function clipped([x, y], theta) {
  const norm = Math.hypot(x, y);
  const factor = Math.min(1, theta / norm);
  return { norm, factor, end: [factor * x, factor * y] };
}

// Return the nearest point that leaves room for the handle in the plane.
export function within([x, y], reach) {
  const most = ROOM * reach;
  const limit = (value, end) => Math.min(Math.max(value, -end), end);
  return [limit(x, most), limit(y, FLAT * most)];
}

// Return where the point is in a drawing of some width, in pixels.
export function pixel([x, y], width, reach) {
  const scale = width / (2 * reach);
  return [width / 2 + scale * x, FLAT * (width / 2) - scale * y];
}

// Return the point at a pixel.
export function pointAt([left, top], width, reach) {
  const scale = width / (2 * reach);
  return [(left - width / 2) / scale, (FLAT * (width / 2) - top) / scale];
}

const pair = ([x, y]) => `(${number(x, 2)}, ${number(y, 2)})`;

export function tell(g, theta) {
  const { norm, factor, end } = clipped(g, theta);
  const fate =
    norm > theta
      ? `is outside the ball and is shortened, by the factor ` +
        `${number(factor, 2)}, to ${pair(end)}`
      : "is inside the ball and stays as it is";
  return (
    `The gradient ${pair(g)} has the norm ${number(norm, 2)}. ` +
    `With the threshold ${number(theta, 2)} it ${fate}.`
  );
}

// A sample of an arrow, or as much room.
function sampleOf(look) {
  if (!look) return sample();
  const { color, width, dash = "" } = look;
  const attributes = { stroke: color, "stroke-width": width };
  return sampleLine({ ...attributes, "stroke-dasharray": dash });
}

function startClipping(place, { gradient, theta, reach }) {
  let g = gradient;
  const drawing = new Drawing(place, draw);
  const handle = element("button", { className: "handle", type: "button" });
  handle.role = "slider";
  handle.ariaLabel = "the gradient";
  handle.ariaOrientation = "horizontal";
  const most = ROOM * reach;
  Object.assign(handle, { ariaValueMin: -most, ariaValueMax: most });
  drawing.place.append(handle);
  drawing.place.style.maxWidth = "30rem";
  const facts = [BEFORE, null, AFTER].map((look) => {
    const text = element("span");
    place.append(element("p", { className: "fact" }, sampleOf(look), text));
    return text;
  });
  slider(place, {
    name: "threshold θ",
    min: 0.1,
    max: 1.7,
    step: 0.05,
    value: theta,
    text: (value) => number(value, 2),
    change(value) {
      theta = value;
      change();
    },
  });
  const help = "Drag the round handle, or move it with the arrow keys.";
  place.append(element("p", { className: "help" }, help));
  const announce = announcer(place);

  function draw(width) {
    const at = (point) => pixel(point, width, reach);
    const [x, y] = at([0, 0]);
    const { end } = clipped(g, theta);
    const radius = (theta * width) / (2 * reach);
    const side = radius * Math.SQRT1_2;
    const fill = { fill: BALL, stroke: INK };
    const [left, top] = at(g);
    handle.style.left = `${left}px`;
    handle.style.top = `${top}px`;
    const numbers = { "text-anchor": "middle", class: "small halo" };
    const ticks = [-2, -1, 1, 2].flatMap((value) => [
      label(at([value, 0])[0], y + 15, number(value, 0), numbers),
      line([...at([value, -0.04]), ...at([value, 0.04])]),
    ]);
    const thin = { "stroke-width": 0.7 };
    const shapes = [
      shape("circle", { cx: x, cy: y, r: radius, ...fill }),
      line([8, y, width - 8, y], thin),
      line([x, 4, x, 2 * y - 4], thin),
      ...ticks,
      formula(width - 10, y - 8, "g_1", { "text-anchor": "end" }),
      formula(x + 8, 14, "g_2"),
      line([x, y, x - side, y + side], thin),
      label(x - side - 6, y + side + 12, "θ", { "text-anchor": "end" }),
      arrow([x, y, left, top], BEFORE),
      arrow([x, y, ...at(end)], AFTER),
    ];
    return { height: FLAT * width, words: tell(g, theta), shapes };
  }

  function show() {
    const { norm, factor, end } = clipped(g, theta);
    const [before, by, after] = facts;
    before.textContent = `before: ${pair(g)}, norm ${number(norm, 2)}`;
    by.textContent = `factor: min(1, θ / norm) = ${number(factor, 2)}`;
    after.textContent = `after: ${pair(end)}, norm ${number(norm * factor, 2)}`;
    handle.ariaValueNow = number(g[0], 2).replace("−", "-");
    handle.ariaValueText = `${pair(g)}, norm ${number(norm, 2)}`;
    drawing.redraw();
  }

  function change() {
    show();
    announce(tell(g, theta));
  }

  function move(point) {
    g = within(point, reach);
    change();
  }

  handle.addEventListener("keydown", (event) => {
    const step = MOVES[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move([g[0] + step[0], g[1] + step[1]]);
  });
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { left, top, width } = drawing.svg.getBoundingClientRect();
    const found = [event.clientX - left, event.clientY - top];
    move(pointAt(found, width, reach));
  });
  show();
}

begin("clipping", startClipping);
