// A curve over the epochs, on a logarithmic axis, with that of another run.
import { element, shape } from "./element.mjs";

const [WIDTH, HEIGHT] = [320, 190];
const EDGE = { left: 40, right: 8, top: 8, bottom: 34 };

// Return where a value stands, from the top; what is off the axis is at its
// end, and so is what is no number.
export function heightOf(value, { least, most }) {
  const share = Math.log(value / least) / Math.log(most / least);
  const inside = Number.isNaN(share) ? 1 : Math.min(1, Math.max(0, share));
  return EDGE.top + (1 - inside) * (HEIGHT - EDGE.top - EDGE.bottom);
}

// Return the points of a curve over `longest` epochs, as SVG has them. Of many
// epochs not all are drawn.
export function pointsOf(values, longest, axis) {
  if (values.length === 1) values = [values[0], values[0]]; // a dot
  const step = (WIDTH - EDGE.left - EDGE.right) / longest;
  const every = Math.max(1, Math.floor(values.length / WIDTH));
  return values
    .map((value, i) => [EDGE.left + (i + 1) * step, heightOf(value, axis)])
    .filter((_, i) => i % every === 0 || i === values.length - 1)
    .map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
    .join(" ");
}

// Return the powers of ten on an axis.
export function powers({ least, most }) {
  const [first, last] = [least, most].map((end) => Math.round(Math.log10(end)));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

export function makeChart(title, axis) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const right = WIDTH - EDGE.right;
  for (const exponent of powers(axis)) {
    const y = heightOf(10 ** exponent, axis);
    const place = { x: EDGE.left - 6, y: y + 4, "text-anchor": "end" };
    svg.append(
      shape("line", { class: "grid", x1: EDGE.left, x2: right, y1: y, y2: y }),
      shape("text", place, String(10 ** exponent)),
    );
  }
  const bottom = HEIGHT - EDGE.bottom;
  const first = shape("text", { x: EDGE.left, y: bottom + 16 }, "0");
  const last = shape("text", { x: right, y: bottom + 16, "text-anchor": "end" });
  const middle = (EDGE.left + right) / 2;
  const name = { x: middle, y: bottom + 30, "text-anchor": "middle" };
  const other = shape("polyline", { class: "before" });
  const line = shape("polyline", { class: "now" });
  const limit = shape("line", { class: "limit", x1: EDGE.left, x2: right });
  limit.style.display = "none";
  const sign = shape("text", { x: EDGE.left + 4, class: "sign" });
  svg.append(first, last, shape("text", name, "epoch"));
  svg.append(limit, sign, other, line);
  const legend = element("p", { className: "legend" });
  const place = element(
    "section",
    { className: "chart", ariaLabel: title },
    element("p", { className: "title" }, title),
    svg,
    legend,
  );

  // `before` is another curve, and `name` that of its run.
  function show(longest, values, before, name) {
    last.textContent = String(longest);
    line.setAttribute("points", pointsOf(values, longest, axis));
    other.setAttribute("points", pointsOf(before, longest, axis));
    const isOff = values.some((value) => !(value <= axis.most));
    const off = isOff ? "Along the upper edge, it is off the chart. " : "";
    legend.textContent = off + (before.length > 0 ? `Dashed: ${name}.` : "");
    svg.ariaLabel = describe(title, values, before);
  }

  // Draw a line at a value, if it is on the axis.
  function mark(value, text) {
    const isOn = value >= axis.least && value <= axis.most;
    const y = isOn ? heightOf(value, axis) : 0;
    limit.setAttribute("y1", y);
    limit.setAttribute("y2", y);
    sign.setAttribute("y", y - 4);
    sign.textContent = isOn ? text : "";
    limit.style.display = isOn ? "" : "none";
  }

  return { place, show, mark };
}

function describe(title, values, before) {
  if (values.length === 0) return `${title}: no epoch yet.`;
  const [start, end] = [values[0], values.at(-1)].map((x) => x.toPrecision(3));
  const own = `${title}, from ${start} to ${end} in ${values.length} epochs.`;
  if (before.length === 0) return own;
  return `${own} The run before: ${before.at(-1).toPrecision(3)}.`;
}
