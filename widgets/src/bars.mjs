// The distribution of the next character: a bar for each, to choose it by.
import { ranked } from "./decoding.mjs";
import { makeOneStop } from "./keys.mjs";
import { percent } from "./numbers.mjs";
import { tokensOf } from "./text.mjs";
import { Letter, useElement } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";

const LIKELIEST = 6; // rows of the likeliest
const LEAST = 0.005; // a probability that is drawn
// Bars of the key: the probabilities before and after the strategy.
const KEY = {
  ...{ "before the strategy": [1, null], "after it": [0, 1] },
  "× excluded": [1, 0],
};

// The probabilities before the strategy, p, and after it, q. `choose` is called
// with the character that the reader chooses.
export function Bars({ vocabulary, p, q, choose }) {
  const tokens = tokensOf(vocabulary);
  const likeliest = ranked(p).map((symbol) => tokens[symbol]).slice(0, LIKELIEST);
  const shares = ([token]) => [p, q].map((each) => each[tokens.indexOf(token)]);
  const key = Object.entries(KEY).map(([name, [p, q]]) =>
    html`<span><${Bar} p=${p} q=${q} />${name}</span>`);
  return html`
    <p class="title">The next character: choose one</p><p class="key">${key}</p>
    <${Rows} name="The likeliest next characters" tokens=${likeliest}
      shares=${shares} choose=${choose} />
    <details><summary>All characters</summary>
      <${Rows} name="All characters" tokens=${Object.keys(vocabulary).sort()}
        shares=${shares} choose=${choose} />
    </details>`;
}

function Rows({ name, tokens, shares, choose }) {
  const list = useElement(makeOneStop);
  const rows = tokens.map((token, i) =>
    html`<${Row} token=${token} shares=${shares(token)} i=${i} choose=${choose} />`);
  return html`<div class="list" role="toolbar" aria-label=${name} ref=${list}
    aria-orientation="vertical" style="--rows: ${Math.ceil(tokens.length / 2)}">${rows}</div>`;
}

function Row({ token, shares: [p, q], i, choose }) {
  const shown = q === 0 ? "×" : q < LEAST ? "" : percent(q);
  const title = `${percent(p)} before the strategy, ${percent(q)} after it`;
  return html`<button type="button" data-key=${token} title=${title}
    tabindex=${i && -1} onClick=${() => choose(token)}>
    <${Letter} token=${token} /><span class="percentage">${shown}</span>
    <${Bar} p=${p} q=${q} />
  </button>`;
}

function Bar({ p, q }) {
  const draw = (share) => (share < LEAST ? 0 : share.toFixed(4));
  const style = `--p: ${draw(p)}; --q: ${draw(q ?? 0)}`;
  return html`<span class=${q === 0 ? "bar excluded" : "bar"} style=${style} />`;
}
