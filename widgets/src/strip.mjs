// A strip of memory: above each letter, the bits that are lost if the network
// knows only the text from there on.
import { compile } from "./arithmetic.mjs";
import { costOf, normalise, ranked } from "./decoding.mjs";
import { Mirror } from "./mirror.mjs";
import { start } from "./page.mjs";
import { describeReading, loadText, quote } from "./reading.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { alignPrefix } from "./text.mjs";
import { Choice, Letter, Share } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";
import { Writer } from "./writer.mjs";

const DELAY = 400; // milliseconds before a screen reader announces
const SLICE = 15; // milliseconds of computing, before the page can answer
const MOST = 60; // characters
const FULL = 8; // bits: a bar of full height
const AFTER = 4; // letters after the cut that is pointed at first
const ROWS = 6; // characters whose probabilities are compared
const HEADS = ["next", "with all of it", "from zeros", "after a strange text"];
const PASSAGE = "meanwhile a small grey cat slept on the warm stones of the yard";
const KEY =
  "Filled bars: from zeros. Outlined: after a strange text. Dotted line: " +
  `${FULL} bits; a broken bar is longer.`;
const NOTE =
  "Point at a letter to cut before it. The network then reads only what " +
  "follows the cut, from zeros, or from the state that a strange text leaves, " +
  `“${PASSAGE}”. The bits say how much worse it predicts what comes next, at ` +
  "temperature 1, if what it expects with all of the text is right: what this " +
  "prediction uses, and not all that the state holds.";

class Strip extends Widget {
  constructor(place, { networks, text }) {
    super(place, DELAY);
    this.holders = place.parentElement.querySelectorAll(".weights");
    Object.assign(this, { networks, text, chosen: 0, readers: [] });
    this.caret = Infinity; // at the end
    this.read();
  }

  draw() {
    const { networks, chosen, text, found, message, pointed } = this;
    const isNew = found?.turn === this.turn;
    const choose = (i) => this.read({ chosen: i });
    const change = ({ target: { value, selectionEnd } }) =>
      this.read({ text: value, caret: selectionEnd });
    const touch = (event) => this.point(placeAt(event));
    return html`
      <${Choice} role="group" aria-label="Network" options=${networks} chosen=${chosen}
        choose=${choose}><span>Network</span><//>
      <p class="title">Type your words, and see the bits that a cut before each letter loses</p>
      <p class="legend">${KEY}</p>
      <${Mirror} value=${text} aria-label="Your words" rows="1" maxlength=${MOST}
        change=${change} point=${({ target }) => this.point(target.selectionEnd)}
        onPointerDown=${touch} onPointerMove=${touch}>
        ${isNew ? drawText(text, found.letters, pointed) : text}
      <//>
      <div inert=${!isNew}>${found && drawTable(found, found.letters[pointed])}</div>
      <p class="legend">${NOTE}</p>
      <p class="legend">${message}</p>`;
  }

  // The letter that is pointed at.
  get pointed() {
    const letters = this.found?.letters ?? [];
    const next = letters.findIndex(({ end }) => end > this.caret);
    return next < 0 ? Math.max(0, letters.length - AFTER) : next;
  }

  // Let the network that is chosen read the words of the reader.
  async read(change = {}) {
    const turn = (this.turn = {});
    Object.assign(this, change);
    const { chosen, holders, readers, text } = this;
    if (!readers[chosen]) this.found = null; // it is another network's
    this.show();
    await this.tryTo(async () => {
      readers[chosen] ??= await load(holders[chosen]);
      if (this.turn !== turn) return; // the reader has chosen again
      const { clean, unknown } = readers[chosen].writer.begin(text, 0);
      this.say(describeReading(clean, unknown, text));
      if (clean) await this.cutAll(readers[chosen]);
    });
  }

  // Cut before each letter, and let the page answer meanwhile.
  async cutAll({ writer, states }) {
    const { turn } = this;
    const all = normalise(writer.logits);
    const letters = [];
    let [place, end, begun] = [0, 0, performance.now()];
    for (const { typed, read } of alignPrefix(this.text, writer.lettersOnly)) {
      const start = end;
      end += typed.length;
      if (read === "") continue; // the network has no letter for it
      const cuts = states.map((state) => writer.expectAfterCut(place, state));
      const bits = cuts.map((logQ) => costOf(logQ, all));
      letters.push({ typed, start, end, cuts, bits });
      place += [...read].length;
      if (performance.now() < begun + SLICE) continue;
      await new Promise((done) => setTimeout(done));
      if (this.turn !== turn) return;
      begun = performance.now();
    }
    this.found = { turn, letters, all, tokens: writer.tokens };
    this.show();
    this.announce(`${this.message} ${describeCut(letters, this.pointed)}`);
  }

  // Point at the letter behind a place of the text, if there is one.
  point(place) {
    if (place === null) return;
    this.caret = place;
    if (this.found?.turn !== this.turn) return; // it has not read all of them
    this.show();
    this.announce(describeCut(this.found.letters, this.pointed));
  }
}

// Load a network that reads, and the states of zeros and after a strange text.
async function load(holder) {
  const writer = new Writer(decodeNetwork(await loadText(holder)), compile());
  const states = ["", PASSAGE].map((text) => {
    writer.begin(text, 0);
    return writer.network.state.slice();
  });
  return { writer, states };
}

// Return the place of the letter below the pointer, or null.
function placeAt({ clientX, clientY }) {
  const below = document.elementsFromPoint(clientX, clientY);
  const [letter] = below.map((each) => each.closest(".place")).filter(Boolean);
  return letter ? Number(letter.dataset.at) : null;
}

// Say what a cut leaves, and what it costs.
function describeCut(letters, i) {
  const left = letters.slice(i).map(({ typed }) => typed).join("");
  const [zeros, strange] = letters[i].bits.map((value) => `${value.toFixed(2)} bits`);
  return `Cut before ${quote(left)}: ` +
    `${zeros} lost from zeros, ${strange} after a strange text.`;
}

// Draw a text, its letters with bars.
function drawText(text, letters, pointed) {
  const marks = letters.map(({ typed, start, bits }, i) => {
    const kind = i < pointed ? "gone" : i === pointed ? "cut" : "";
    return html`<span class="place ${kind}" data-at=${start}>${typed}<span
      class="column">${bits.map(drawBar)}</span></span>`;
  });
  return [text.slice(0, letters[0].start), marks, text.slice(letters.at(-1).end)];
}

function drawBar(bits, row) {
  const kind = `${row ? "strange" : "zeros"} ${bits > FULL ? "beyond" : ""}`;
  return html`<i class=${kind} style="--share: ${Math.min(1, bits / FULL).toFixed(2)}" />`;
}

// Show the likeliest characters, with all of the text and after a cut.
function drawTable({ all, tokens }, { cuts, bits }) {
  const rows = ranked(all).slice(0, ROWS).map((symbol) => html`<tr>
    <th scope="row"><${Letter} token=${tokens[symbol]} /></th>
    ${[all, ...cuts].map((logP) =>
      html`<td><${Share} share=${Math.exp(logP[symbol])} /></td>`)}
  </tr>`);
  const lost = bits.map((value) => html`<td><strong>${value.toFixed(2)} bits</strong></td>`);
  return html`<table>
    <thead><tr>${HEADS.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
    <tbody>${rows}<tr><th scope="row">lost</th><td></td>${lost}</tr></tbody>
  </table>`;
}

start("strip", Strip);
