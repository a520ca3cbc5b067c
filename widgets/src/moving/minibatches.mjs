// The two strategies for minibatches, through an epoch.
import { announcer, button, element } from "../element.mjs";
import { randomStarts, sequentialStarts } from "../minibatches.mjs";
import { Generator } from "../random.mjs";
import { Player } from "./controls.mjs";
import {
  BROWN,
  Drawing,
  INK,
  MUTED,
  SKY,
  begin,
  label,
  rectangle,
} from "./drawing.mjs";

const ROWS = [
  { fill: SKY, ink: INK },
  { fill: BROWN, ink: "white" },
];
const LINE = 27; // pixels
const WIDE = 560; // pixels that a line of the text needs, if not cut in two
const LETTER = { "text-anchor": "middle", class: "letter" };

// Draw the starts of an epoch, by strategy, with one offset for both.
export function drawEpoch(numTokens, { batchSize, numSteps }, generator) {
  const offset = generator.below(numSteps);
  const count = Math.floor((numTokens - 1 - offset) / numSteps);
  const order = generator.permutation(count);
  const starts = {
    "sequential partitioning": sequentialStarts(
      numTokens,
      batchSize,
      numSteps,
      offset,
    ),
    "random sampling": randomStarts(batchSize, numSteps, offset, order),
  };
  return { offset, starts };
}

// Return, for each character, the row that takes it and the minibatch in
// which it does; null for those that are left out.
export function takers(starts, numSteps, length) {
  const taken = Array.from({ length }, () => null);
  for (const [batch, places] of starts.entries()) {
    for (const [row, start] of places.entries()) {
      taken.fill({ row, batch }, start, start + numSteps);
    }
  }
  return taken;
}

function startMinibatches(place, data) {
  const { text, batchSize, numSteps } = data;
  const generator = new Generator(1);
  let { starts, offset } = data;
  let now = 0;
  const drawing = new Drawing(place, draw);
  const fact = element("p", { className: "fact" });
  place.append(fact);
  const player = new Player(place, {
    name: "minibatch",
    last: last(),
    text: (frame) => `${frame + 1} of ${last() + 1}`,
    show(frame, isPlaying) {
      now = frame;
      show();
      if (!isPlaying) announce(words());
    },
  });
  const renew = button("New epoch", () => {
    ({ starts, offset } = drawEpoch(text.length, data, generator));
    player.last = last();
    player.slider.input.max = last();
    player.go(0);
  });
  place.querySelector(".buttons").append(renew);
  const help =
    "Step through the epoch, and then begin another one, with new cuts.";
  place.append(element("p", { className: "help" }, help));
  const announce = announcer(place);

  function last() {
    return Math.max(...Object.values(starts).map((table) => table.length)) - 1;
  }

  function piece(start) {
    return text.slice(start, start + numSteps).replaceAll(" ", "␣");
  }

  function words() {
    const told = Object.entries(starts).map(([name, table]) => {
      const pieces = (table[now] ?? []).map((start) => `“${piece(start)}”`);
      return `${name}: ${pieces.join(" and ") || "no more"}`;
    });
    return `Minibatch ${now + 1} of ${last() + 1}. ${told.join("; ")}.`;
  }

  function draw(width) {
    const columns = Math.ceil(text.length / (width < WIDE ? 4 : 2));
    const pitch = Math.min(width / columns, 17);
    const left = (width - pitch * columns) / 2;
    const shapes = [];
    let y = 18;
    for (const [name, table] of Object.entries(starts)) {
      shapes.push(label(left, y, name, { class: "title" }));
      y += 8;
      const taken = takers(table, numSteps, text.length);
      for (const [i, who] of taken.entries()) {
        const x = left + pitch * (i % columns);
        const top = y + LINE * Math.floor(i / columns);
        shapes.push(...drawCharacter(x, top, pitch, text[i], who));
      }
      y += LINE * Math.ceil(text.length / columns) + 4;
      for (const [row, start] of (table[now] ?? []).entries()) {
        const x = left + (row * width) / batchSize;
        shapes.push(...drawRow(x, y, row, piece(start)));
      }
      y += 50;
    }
    return { height: y - 24, words: words(), shapes };
  }

  // What the minibatch takes is filled; what was taken before has a line
  // below it, and what an epoch leaves out is grey.
  function drawCharacter(x, y, pitch, character, who) {
    const isNow = who?.batch === now;
    const shapes = [];
    const { fill, ink } = ROWS[who?.row ?? 0];
    if (isNow) {
      shapes.push(rectangle(x, y, pitch + 0.5, 22, { fill }));
    } else if (who?.batch < now) {
      shapes.push(rectangle(x, y + 19, pitch + 0.5, 3, { fill }));
    }
    const color = isNow ? ink : who ? INK : MUTED;
    const sign = character === " " && (isNow || !who) ? "␣" : character;
    const middle = x + pitch / 2;
    shapes.push(label(middle, y + 15, sign, { ...LETTER, fill: color }));
    return shapes;
  }

  function drawRow(x, y, row, characters) {
    const { fill, ink } = ROWS[row];
    const cells = [...characters].flatMap((character, i) => {
      const at = x + 48 + 15 * i;
      return [
        rectangle(at, y, 15.5, 22, { fill }),
        label(at + 7.5, y + 15, character, { ...LETTER, fill: ink }),
      ];
    });
    return [label(x, y + 16, `row ${row + 1}`), ...cells];
  }

  function show() {
    fact.textContent = `This epoch begins at offset ${offset}.`;
    drawing.redraw();
  }

  show();
}

begin("minibatches", startMinibatches);
