// A strip of memory: above each letter, the bits that are lost if the network
// knows only the text from there on.
import { compile } from "./arithmetic.mjs";
import { Cutter } from "./cuts.mjs";
import { ranked } from "./decoding.mjs";
import { Mirror } from "./mirror.mjs";
import { start } from "./page.mjs";
import { describeReading, loadText, quote } from "./reading.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { alignPrefix } from "./text.mjs";
import { Choice, Letter, Share } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";

const DELAY = 400; // milliseconds before a screen reader announces
const SLICE = 15; // milliseconds of computing, before the page can answer
const MOST = 100; // characters
const FULL = 8; // bits: a bar of full height
const AFTER = 4; // letters after the cut that is pointed at first
const ROWS = 6; // characters whose probabilities are compared
const KINDS = { "from zeros": "zeros", "after a strange text": "strange" };
const PASSAGE = "meanwhile a small grey cat slept on the warm stones of the yard";
const NOTE =
  "Point at a letter to cut before it. The network then reads only what " +
  "follows the cut, from zeros, or from the state that a strange text leaves, " +
  `“${PASSAGE}”. The bits say how much worse it predicts the next letter, at ` +
  "temperature 1, if what it expects with all of the text is right: what this " +
  "prediction uses, and not all that the state holds.";

class Strip extends Widget {
  constructor(place, { networks, text }) {
    super(place, DELAY);
    this.holders = place.parentElement.querySelectorAll(".weights");
    Object.assign(this, { networks, text, chosen: 0, cutters: [] });
    this.caret = Infinity; // at the end
    this.read();
  }

  draw() {
    const { networks, chosen, text, found, message, pointed } = this;
    const isNew = found?.turn === this.turn;
    const choose = (i) => this.read({ chosen: i });
    const change = ({ target: { value, selectionEnd } }) =>
      this.read({ text: value, caret: selectionEnd });
    return html`
      <${Choice} role="group" aria-label="Network" options=${networks} chosen=${chosen}
        choose=${choose}><span>Network</span><//>
      <p class="title">Your words, and the bits that a cut before each letter loses</p>
      <p class="key">${Object.entries(KINDS).map(drawKey)}
        <span>dotted: ${FULL} bits; a bar that is open there is longer</span></p>
      <${Mirror} value=${text} aria-label="Your words" rows="1" maxlength=${MOST}
        change=${change} point=${(event) => this.point(event)}
        onPointerMove=${(event) => this.hover(letterAt(event))}
        onPointerLeave=${() => this.hover(null)}>
        ${isNew ? drawText(text, found.letters, pointed) : text}
      <//>
      <div inert=${!isNew}>${found && drawTable(found, found.letters[pointed])}</div>
      <p class="legend">${NOTE}</p>
      <p class="status">${message}</p>`;
  }

  // The letter that is pointed at: by the pointer, or by the caret before it.
  get pointed() {
    const letters = this.found?.letters ?? [];
    const next = letters.findIndex(({ end }) => end > this.caret);
    const usual = Math.max(0, letters.length - AFTER);
    return this.hovered ?? (next < 0 ? usual : next);
  }

  // Let the network that is chosen read the words of the reader.
  async read(change = {}) {
    const turn = (this.turn = {});
    Object.assign(this, change, { hovered: null });
    const { chosen, holders, cutters, text } = this;
    if (!cutters[chosen]) this.found = null; // it is another network's
    this.show();
    await this.tryTo(async () => {
      const file = await loadText(holders[chosen]);
      cutters[chosen] ??= new Cutter(decodeNetwork(file), compile(), PASSAGE);
      if (this.turn !== turn) return; // the reader has chosen again
      const pieces = alignPrefix(text);
      const clean = pieces.map(({ read }) => read).join("");
      const isShort = clean.length < 2;
      const unknown = isShort ? [] : cutters[chosen].begin(clean);
      const need = isShort ? "Type two letters at least. " : "";
      this.say(need + describeReading(clean, unknown, text));
      if (!isShort) await this.cutAll(cutters[chosen], pieces);
    });
  }

  // Cut before each letter, and let the page answer meanwhile.
  async cutAll(cutter, pieces) {
    const { turn } = this;
    const letters = [];
    let [place, end, begun] = [0, 0, performance.now()];
    for (const { typed, read } of pieces) {
      const start = end;
      end += typed.length;
      if (read === "") continue; // the network has no letter for it
      letters.push({ typed, start, end, ...cutter.cut(place) });
      place += [...read].length;
      if (performance.now() < begun + SLICE) continue;
      await new Promise((done) => setTimeout(done));
      if (this.turn !== turn) return;
      begun = performance.now();
    }
    this.found = { turn, letters, all: cutter.all, tokens: cutter.tokens };
    this.show();
    this.announce(`${this.message} ${describeCut(letters, this.pointed)}`);
  }

  // Point at the letter that is clicked, or behind the caret.
  point(event) {
    const field = event.target;
    this.hovered = event.type === "click" ? letterAt(event) : null;
    const letter = this.found?.letters[this.hovered];
    if (letter && field.selectionStart === field.selectionEnd) {
      field.setSelectionRange(letter.start, letter.start); // where the cut is
    }
    this.caret = field.selectionEnd;
    this.show();
    if (this.found) this.announce(describeCut(this.found.letters, this.pointed));
  }

  hover(i) {
    if (i === this.hovered) return;
    this.hovered = i;
    this.show();
  }
}

// Return the letter below the pointer, or null.
function letterAt({ clientX, clientY }) {
  const below = document.elementsFromPoint(clientX, clientY);
  const [found] = below.map((each) => each.closest(".place")).filter(Boolean);
  return found ? Number(found.dataset.at) : null;
}

// Say what a cut leaves, and what it costs.
function describeCut(letters, i) {
  const left = letters.slice(i).map(({ typed }) => typed);
  const [zeros, strange] = letters[i].bits.map((value) => `${value.toFixed(2)} bits`);
  return `${left.length} characters left, ${quote(left.join(""))}: ` +
    `${zeros} lost from zeros, ${strange} after a strange text.`;
}

function drawKey([name, kind]) {
  return html`<span><i class=${kind} style="--share: 1" />${name}</span>`;
}

// Draw a text, its letters with bars.
function drawText(text, letters, pointed) {
  const marks = letters.map(({ typed, bits }, i) => {
    const kind = i < pointed ? "gone" : i === pointed ? "cut" : "";
    return html`<span class="place ${kind}" data-at=${i}>${typed}<span
      class="column">${bits.map(drawBar)}</span></span>`;
  });
  return [text.slice(0, letters[0].start), marks, text.slice(letters.at(-1).end)];
}

function drawBar(bits, row) {
  const kind = Object.values(KINDS)[row] + (bits > FULL ? " beyond" : "");
  return html`<i class=${kind} style="--share: ${Math.min(1, bits / FULL).toFixed(4)}" />`;
}

// Show the likeliest characters, with all of the text and after a cut.
function drawTable({ all, tokens }, { cuts, bits }) {
  const heads = ["next", "with all of it", ...Object.keys(KINDS)];
  const rows = ranked(all).slice(0, ROWS).map((symbol) => html`<tr>
    <th scope="row"><${Letter} token=${tokens[symbol]} /></th>
    ${[all, ...cuts].map((logP) =>
      html`<td><${Share} share=${Math.exp(logP[symbol])} /></td>`)}
  </tr>`);
  const lost = bits.map((value) => html`<td>${value.toFixed(2)} bits</td>`);
  return html`<table>
    <thead><tr>${heads.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
    <tbody>${rows}<tr><th scope="row">lost</th><td></td>${lost}</tr></tbody>
  </table>`;
}

start("strip", Strip);
