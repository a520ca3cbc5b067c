// Scissors: a cut between two characters of a text, and what the network would
// expect if it knew only those after the cut.
import { compile } from "./arithmetic.mjs";
import { followDrag, followKeys } from "./keys.mjs";
import { start } from "./page.mjs";
import { describeReading, loadText } from "./reading.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { Choice, Letter, Share, useElement } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";
import { Writer } from "./writer.mjs";

const DELAY = 400; // milliseconds before a screen reader announces
const UNKNOWN = "<unk>";
const PASSAGE = "meanwhile a small grey cat slept on the warm stones of the yard";
const HEADS = ["next", "with all of it", "from zeros", "after a strange text"];
const NOTE =
  "What does it expect next if it knows only what follows the cut? It reads " +
  "this from a state of zeros, or from the state that a strange text leaves, " +
  `“${PASSAGE}”. The bits say how much worse it then predicts, ` +
  "at temperature 1, if what it expects with all of the text is right.";

class Scissors extends Widget {
  constructor(place, { networks, text }) {
    super(place, DELAY);
    this.holders = place.parentElement.querySelectorAll(".weights");
    Object.assign(this, { networks, text, writers: [], chosen: 0 });
    this.read();
  }

  draw() {
    const { networks, chosen, text, found, message } = this;
    const choose = (i) => this.read({ chosen: i });
    const type = ({ target }) => this.read({ text: target.value });
    return html`
      <${Choice} role="group" aria-label="Network" options=${networks} chosen=${chosen}
        choose=${choose}><span>Network</span><//>
      <label><span>Your words</span>
        <input type="text" class="letter" aria-label="Your words" maxlength="1000"
          spellcheck=${false} autocapitalize="off" value=${text} onInput=${type} />
      </label>
      <p class="title">Drag the cut</p>
      ${found && html`<${Strip} found=${found} moveTo=${(at) => this.moveTo(at)}
        step=${(by) => this.moveTo(this.found.place + by)} />${drawTable(found)}`}
      <p class="legend">${NOTE}</p>
      <p class="status">${message}</p>`;
  }

  // Let the network that is chosen read the words of the reader.
  async read(change = {}) {
    const turn = (this.turn = {});
    Object.assign(this, change);
    const { chosen, holders, writers, text } = this;
    if (!writers[chosen]) this.found = null; // it is another network's
    this.show();
    await this.tryTo(async () => {
      const file = await loadText(holders[chosen]);
      writers[chosen] ??= new Writer(decodeNetwork(file), compile());
      if (this.turn !== turn) return; // the reader has chosen again
      this.writer = writers[chosen];
      const { clean, unknown } = this.writer.begin(text, 0);
      const isShort = clean.length < 2 ? "Type two letters at least. " : "";
      this.say(isShort + describeReading(clean, unknown, text));
      const at = clean === this.clean ? this.found?.place : null;
      this.clean = clean;
      this.cut(at);
    });
  }

  // Cut before a place, or where the writer would.
  cut(at) {
    const found = this.writer.cut(at, PASSAGE);
    if (found.rows) this.found = found; // there is something to cut
    this.show();
  }

  moveTo(at) {
    this.cut(at);
    this.announce(describeCut(this.found));
  }
}

// Say what a cut leaves, and what it costs.
function describeCut({ place, first, letters, bits }) {
  const left = letters.slice(place - first);
  const [zeros, strange] = bits.map((value) => `${value.toFixed(2)} bits`);
  return `${left.length} characters left, “${left.join("")}”: ` +
    `${zeros} lost from zeros, ${strange} after a strange text.`;
}

function Strip({ found, moveTo, step }) {
  const { place, first, letters } = found;
  const strip = useElement((element) => {
    followDrag(element, (event) => moveTo(nearest(element, event)));
    followKeys(element, step);
  });
  const marks = letters.map((letter, i) => {
    const at = first + i;
    const kind = at === place ? "cut" : at < place ? "gone" : "";
    return html`<span class=${kind} data-at=${at}>${letter === UNKNOWN ? "?" : letter}</span>`;
  });
  return html`<div class="transcript cuttable letter" role="slider" tabindex="0"
    aria-label="The cut" aria-valuemin=${first + 1}
    aria-valuemax=${first + letters.length - 1} aria-valuenow=${place}
    aria-valuetext=${describeCut(found)} ref=${strip}>${first > 0 && "…"}${marks}</div>`;
}

// Return the place of the letter that is nearest to the pointer.
function nearest(strip, { clientX, clientY }) {
  const distance = (mark) => {
    const { left, top, bottom } = mark.getBoundingClientRect();
    return Math.abs(left - clientX) + 9 * Math.abs((top + bottom) / 2 - clientY);
  };
  const order = (a, b) => distance(a) - distance(b);
  return Number([...strip.children].toSorted(order)[0].dataset.at);
}

function drawTable({ rows, bits }) {
  const row = ({ token, shares }) => html`<tr>
    <th scope="row"><${Letter} token=${token} /></th>
    ${shares.map((share) => html`<td><${Share} share=${share} /></td>`)}
  </tr>`;
  const lost = bits.map((value) => html`<td>${value.toFixed(2)} bits</td>`);
  return html`<table>
    <thead><tr>${HEADS.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
    <tbody>${rows.map(row)}<tr><th scope="row">lost</th><td></td>${lost}</tr></tbody>
  </table>`;
}

start("scissors", Scissors);
