// The two orders of minibatches, through an epoch.
import { button } from "../elements.mjs";
import { drawStarts } from "../minibatches.mjs";
import { start } from "../page.mjs";
import { Generator } from "../random.mjs";
import { MIDDLE, label, rectangle } from "../shapes.mjs";
import { MovingFigure } from "./figure.mjs";
import { Player } from "./player.mjs";

const LINE = 27; // pixels
const WIDE = 560; // pixels that a line of the text needs, if not cut in two
const LETTER = { ...MIDDLE, class: "letter" };

// Draw the starts of an epoch at random, by order, with a common offset.
function sampleEpoch({ text, batchSize, numSteps }, generator) {
  const offset = generator.below(numSteps);
  const sizes = { batchSize, numSteps, offset };
  const draw = (isRandom) =>
    drawStarts(text.length, { ...sizes, isRandom }, generator);
  const starts = {
    "sequential partitioning": draw(false), "random sampling": draw(true),
  };
  return { offset, starts };
}

// Return, for each character, the minibatch that reads it and the row in which
// it does; null for characters that are left out.
function assignCharacters(starts, numSteps, length) {
  const assigned = Array.from({ length }, () => null);
  for (const [batch, places] of starts.entries()) {
    for (const [row, first] of places.entries()) {
      assigned.fill({ row, batch }, first, first + numSteps);
    }
  }
  return assigned;
}

class Minibatches extends MovingFigure {
  constructor(place, data) {
    super(place);
    Object.assign(this, data);
    this.addDrawing();
    const generator = new Generator(1);
    const text = (frame) => `${frame + 1} of ${this.last + 1}`;
    this.player = new Player(this, "minibatch", this.last, text);
    const renew = button("New epoch", () => {
      Object.assign(this, sampleEpoch(this, generator));
      this.player.last = this.last;
      this.player.goTo(0);
    });
    this.player.buttons.append(renew);
    this.addHelp(
      "Go through the epoch from its start, and then through a new one, " +
        "with new cuts.",
    );
    this.show();
  }

  // The last minibatch of the epoch.
  get last() {
    const counts = Object.values(this.starts).map(({ length }) => length);
    return Math.max(...counts) - 1;
  }

  listFacts() {
    return [[`This epoch begins at offset ${this.offset}.`]];
  }

  describe() {
    const texts = Object.entries(this.starts).map(([name, batches]) => {
      const pieces = batches[this.frame]?.map((first) => this.piece(first));
      return `${name}: ${pieces ? `“${pieces.join("” and “")}”` : "no more"}`;
    });
    const now = `Minibatch ${this.frame + 1} of ${this.last + 1}`;
    return `${now}. ${texts.join("; ")}.`;
  }

  // Return the characters of the subsequence that starts at a place.
  piece(first) {
    const piece = this.text.slice(first, first + this.numSteps);
    return piece.replaceAll(" ", "␣");
  }

  draw(width) {
    const { text, numSteps, batchSize, frame } = this;
    const columns = Math.ceil(text.length / (width < WIDE ? 4 : 2));
    const pitch = Math.min(width / columns, 17);
    const left = (width - pitch * columns) / 2;
    const shapes = [];
    let y = 18;
    for (const [name, batches] of Object.entries(this.starts)) {
      shapes.push(label(left, y, name, { class: "title" }));
      y += 8;
      const assigned = assignCharacters(batches, numSteps, text.length);
      for (const [i, assignment] of assigned.entries()) {
        const x = left + pitch * (i % columns);
        const top = y + LINE * Math.floor(i / columns);
        shapes.push(this.drawCharacter(x, top, pitch, text[i], assignment));
      }
      y += LINE * Math.ceil(text.length / columns) + 4;
      for (const [row, first] of (batches[frame] ?? []).entries()) {
        const x = left + (row * width) / batchSize;
        shapes.push(this.drawRow(x, y, row, first));
      }
      y += 50;
    }
    return { height: y - 24, shapes };
  }

  // Draw a character: filled if the minibatch reads it, with a line below if an
  // earlier one has read it, and grey if the epoch leaves it out.
  drawCharacter(x, y, pitch, character, assignment) {
    const color = `--row-${(assignment?.row ?? 0) + 1}`;
    const isNow = assignment?.batch === this.frame;
    const isPast = assignment?.batch < this.frame;
    const rest = assignment ? "--ink" : "--muted";
    const fill = `var(${isNow ? `${color}-text` : rest})`;
    const isSeen = character === " " && (isNow || !assignment);
    const sign = isSeen ? "␣" : character;
    const area = { fill: `var(${color})` };
    return [
      isNow && rectangle(x, y, pitch + 0.5, 22, area),
      isPast && rectangle(x, y + 19, pitch + 0.5, 3, area),
      label(x + pitch / 2, y + 15, sign, { ...LETTER, fill }),
    ];
  }

  // Draw what the minibatch reads in a row.
  drawRow(x, y, row, first) {
    const now = { row, batch: this.frame };
    const cells = [...this.piece(first)].map((character, i) =>
      this.drawCharacter(x + 48 + 15 * i, y, 15, character, now),
    );
    return [label(x, y + 16, `row ${row + 1}`), cells];
  }
}

start("minibatches", Minibatches);
