// The settings of the trainer, as controls.
import { roundValue } from "./numbers.mjs";
import { ANY_TIME, AT_START, BATCH_SIZE } from "./trainer_settings.mjs";
import { Select, Slider } from "./ui.mjs";
import { html, useRef } from "./vendor/preact.mjs";

const STEP = 0.01; // of a slider whose positions are exponents
// A control has a range, or options. At its right end, the threshold is none.
const CONTROLS = {
  theta: { name: "Threshold θ", range: [0.05, 20], text: (value) => value ?? "none" },
  lr: { name: "Learning rate", range: [0.01, 5], text: String },
  isRandom: { name: "Order of minibatches", options: [["in order", false], ["shuffled", true]] },
  reset: {
    name: "State back to zeros",
    options: [["each epoch", "epoch"], ["each minibatch", "minibatch"], ["never", "never"]],
  },
  numSteps: {
    name: "Characters in a subsequence",
    options: [5, 10, 20, 35, 70].map((count) => [count, count]),
  },
  h: { name: "Hidden units", options: [[128, 128], [256, 256], ["512, as the chapter", 512]] },
  size: { name: "Size of the first weights", range: [0.001, 5], text: (value) => `× ${value}` },
};

// `change` is called with what the reader changes. Only such numbers of
// characters in a subsequence are offered as leave room for a minibatch in the
// text, at the largest offset.
export function Settings({ values, symbols, change, children }) {
  const isShort = (count) => symbols.length < (BATCH_SIZE + 1) * count;
  const draw = (id) => html`<${Setting} id=${id} value=${values[id]}
    isDisabled=${id === "numSteps" ? isShort : null}
    change=${(value) => change({ [id]: value })} />`;
  return html`<details class="more">
    <summary>Settings</summary>
    <fieldset class="grid"><legend>At any time</legend>${ANY_TIME.map(draw)}</fieldset>
    <fieldset class="grid"><legend>When you start again</legend>${AT_START.map(draw)}</fieldset>
    <div class="buttons">${children}</div>
  </details>`;
}

function Setting({ id, value, change, isDisabled }) {
  const position = useRef(); // where the reader has put the slider
  if (id === "seed") return html`<${Seed} value=${value} change=${change} />`;
  const { name, range, options, text } = CONTROLS[id];
  if (options) {
    return html`<${Select} name=${name} options=${options} value=${value}
      change=${change} isDisabled=${isDisabled} />`;
  }
  const [min, max] = range.map(Math.log10);
  const isNone = (x) => id === "theta" && x > max - STEP;
  const read = (x) => (isNone(x) ? null : roundValue(10 ** x));
  const set = (x) => change(read((position.current = x)));
  // It stays there, although the value is rounded: a key could not move it else.
  if (read(position.current) !== value) {
    position.current = value === null ? max : Math.log10(value);
  }
  return html`<${Slider} name=${name} min=${min} max=${max} step=${STEP}
    value=${position.current} text=${(x) => text(read(x))} change=${set} />`;
}

// What is no seed is replaced by the one that is used.
function Seed({ value, change }) {
  const read = (number) =>
    Math.min(Math.abs(Math.trunc(number)) || 0, Number.MAX_SAFE_INTEGER);
  const set = ({ target }) => change(read(target.valueAsNumber));
  return html`<label><span>Seed</span>
    <input type="number" aria-label="Seed" min="0" max=${Number.MAX_SAFE_INTEGER}
      value=${value} onInput=${set} />
  </label>`;
}
