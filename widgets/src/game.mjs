// A reader predicts a text that no model has seen, by putting coins on letters,
// and pays for each letter in bits, as two models do.
import { makeOneStop } from "./keys.mjs";
import { Drawing, HALO } from "./moving/figure.mjs";
import { start } from "./page.mjs";
import { END, MIDDLE, label, line, rectangle, writeNames } from "./shapes.mjs";
import { Button, Share, useElement } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";
import { Widget } from "./widget.mjs";

const RULE =
  "Put ten coins on the letters that may come next, most of them on the " +
  "likeliest, and press Show it. The more are on the right letter, the fewer " +
  "bits you pay.";
const COUNTING =
  "How it counts: a coin is worth 9.6 % of probability. The other 4 %, and " +
  "whatever you keep back, go to all letters by their counts in the training " +
  "text. A letter with the probability p costs −log₂ p bits.";
const KEYS =
  "Keys, after a click on a letter: letters and the space bar put coins, " +
  "Backspace takes one back, and Enter shows the letter.";
const NONE = "No letter yet: put coins, and press Show it.";
const OVER = "That was the last passage. Start over to play again.";
const COINS = 10;
const RESERVE = 0.04; // of the belief
const BLOCK = 10; // letters, as neighbours depend on each other
const FEWEST = 4; // blocks with an interval
const DELAY = 400; // milliseconds before a screen reader announces
const [LEFT, TOP, BOTTOM, HEIGHT, BESIDE] = [20, 30, 230, 268, 90];
const PALE = { fill: "var(--pale)" };
const INKS = [
  { color: "var(--blue)", width: 3 },
  { color: "var(--random)", width: 2, dash: "8 3" },
  { color: "var(--ink)", width: 2, dash: "2 3" },
];

const countOf = (letter, coins) => coins.filter((x) => x === letter).length;
const nameOf = (letter) => (letter === " " ? "space" : letter);
const meanOf = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

// Return the probability of a letter, given the coins, each on a letter.
export function probabilityOf(letter, coins, counts) {
  const share = (count) => ((1 - RESERVE) * count) / COINS;
  const all = Object.values(counts).reduce((a, b) => a + b);
  const kept = RESERVE + share(COINS - coins.length);
  return share(countOf(letter, coins)) + (kept * counts[letter]) / all;
}

// Return the 97.5 % quantile of the t distribution (Abramowitz & Stegun,
// 26.7.5), which is right to one percent from three degrees of freedom on.
function quantile(degrees) {
  const [a, b, c] = [1, 2, 3].map((power) => degrees ** -power);
  return 1.96 + 2.372 * a + 2.823 * b + 2.555 * c;
}

// Return the ends of the interval of a mean, at 95 %, from the means of blocks;
// nothing if they are too few.
export function interval(numbers) {
  const count = Math.floor(numbers.length / BLOCK);
  if (count < FEWEST) return [];
  const blocks = Array.from({ length: count }, (_, i) =>
    meanOf(numbers.slice(i * BLOCK, (i + 1) * BLOCK)));
  const mean = meanOf(blocks);
  const variance = meanOf(blocks.map((x) => (x - mean) ** 2)) / (count - 1);
  return [-1, 1].map((sign) => mean + sign * quantile(count - 1) * Math.sqrt(variance));
}

function runningMeans(bits) {
  let total = 0;
  return bits.map((x, i) => (total += x) / (i + 1));
}

class Game extends Widget {
  constructor(place, data) {
    super(place, DELAY);
    Object.assign(this, data);
    place.classList.add("moving-figure"); // as its drawing is
    this.listen(place, "keydown", (event) => this.type(event));
    this.restart();
  }

  draw() {
    const { texts, passage, at, coins, message, last, shown } = this;
    return html`
      <p class="rule">${RULE}</p>
      ${drawText(texts[passage].slice(0, at), shown)}
      <div class="answer">${last ? this.drawAnswer(last) : html`<p class="legend">${NONE}</p>`}</div>
      <${Keys} counts=${this.counts} coins=${coins}
        put=${(letter) => this.put([...coins, letter])} />
      <div class="buttons">
        <${Button} text="Show it" class="primary" act=${() => this.reveal()}
          disabled=${this.isDone} />
        <${Button} text="Clear" act=${() => this.put([])} />
        <${Button} text="Another passage" act=${() => this.begin()} />
        <${Button} text="Start over" act=${() => this.restart()} />
      </div>
      <p class="fact">${message}</p>
      <p class="fact">${this.score}</p>
      ${last && html`<${Drawing} name=${this.score} draw=${(width) => this.drawMeans(width)} />`}
      <p class="help">${KEYS}</p>
      <p class="help">${COUNTING}</p>`;
  }

  // Return what the reader and the models expected of the last letter, and what
  // they paid.
  drawAnswer({ letter, rows }) {
    const drawRow = ({ name, shares, paid, own }) => html`<tr>
      <th scope="row">${name}</th>
      <td>${shares.map(([token, share]) => html`<${Share} ...${{ token, share }} />`)}</td>
      <td>${paid.toFixed(1)}</td><td>${own === undefined ? "" : own.toFixed(1)}</td>
    </tr>`;
    return html`<table>
      <thead><tr><th scope="col">It was <b>${nameOf(letter)}</b></th>
        <th scope="col">expected</th><th scope="col">bits paid</th>
        <th scope="col">without coins</th></tr></thead>
      <tbody>${rows.map(drawRow)}</tbody>
    </table>`;
  }

  restart() {
    [this.passage, this.paid, this.last] = [-1, [[], [], []], null];
    this.begin();
  }

  // Begin the next passage; the score continues, as long as all are new.
  begin() {
    if (this.passage + 1 === this.texts.length) return this.restart();
    this.passage++;
    this.at = this.shown; // the place of the next letter
    this.isDone = false;
    this.put([]);
  }

  // Put coins on letters, as many as there are, and tell which.
  put(letters) {
    const coins = (this.coins = letters.slice(0, COINS));
    const tell = (letter) => `${nameOf(letter)} ${countOf(letter, coins)}`;
    const all = [...new Set(coins)].map(tell).join(", ") || "No guess";
    this.say(`${all}. Coins left: ${COINS - coins.length}.`);
  }

  reveal() {
    const { texts, passage, at } = this;
    if (this.isDone) return;
    const letter = texts[passage][at];
    const rows = [this.bet(letter), ...this.names.map((name, i) => {
      const [paid, own, letters, shares] = this.models[i][passage][at - this.shown];
      return { name, paid, own, shares: [...letters].map((x, j) => [x, shares[j]]) };
    })];
    for (const [i, { paid }] of rows.entries()) this.paid[i].push(paid);
    this.last = { letter, rows };
    this.at++;
    const isRead = this.at === texts[passage].length;
    this.isDone = isRead && passage + 1 === texts.length;
    if (isRead && !this.isDone) this.begin();
    this.coins = [];
    const name = letter === " " ? "a space" : `“${letter}”`;
    const bits = rows.map(({ name, paid }) => `${name} ${paid.toFixed(1)}`).join(", ");
    this.message = this.isDone ? OVER : isRead ? "Here is the next passage." : "";
    this.show();
    this.announce(`It was ${name}. Bits: ${bits}. ${this.message}`);
  }

  // Return what the reader expects, and pays for a letter.
  bet(letter) {
    const { coins, counts } = this;
    const all = [...new Set(coins)].map((x) => [x, countOf(x, coins) / COINS]);
    const shares = all.toSorted(([, a], [, b]) => b - a).slice(0, 3);
    const paid = -Math.log2(probabilityOf(letter, coins, counts));
    return { name: "you", paid, shares };
  }

  // The means so far, and how far the reader is from the first model.
  get score() {
    const { paid, names } = this;
    const { length } = paid[0];
    if (length === 0) return "";
    const means = paid.map((bits) => meanOf(bits).toFixed(2));
    const each = ["you", ...names].map((name, i) => `${name} ${means[i]}`).join(", ");
    const difference = paid[0].map((bits, i) => bits - paid[1][i]);
    const ends = interval(difference).map((x) => x.toFixed(2).replace("-", "−"));
    const more = ends.length
      ? ` You minus ${names[0]}: between ${ends.join(" and ")}, at 95 %.`
      : ` From ${FEWEST * BLOCK} letters on, your difference has an interval.`;
    return `Letters: ${length}. Bits per letter, with coins: ${each}.${more}`;
  }

  type(event) {
    const { key, target } = event;
    const letter = key.toLowerCase();
    const isReady = key === "Enter" && target.closest(".keys");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (letter !== " " && letter in this.counts) this.put([...this.coins, letter]);
    else if (key === "Backspace") this.put(this.coins.slice(0, -1));
    else if (isReady) event.repeat || this.reveal();
    else return;
    event.preventDefault();
  }

  // Draw the means so far, letter by letter.
  drawMeans(width) {
    const curves = this.paid.map(runningMeans);
    const most = Math.max(5, Math.ceil(Math.max(...curves.flat())));
    const longest = 25 * Math.max(1, Math.ceil(curves[0].length / 25));
    const right = width - BESIDE;
    const x = (n) => LEFT + ((right - LEFT) * n) / longest;
    const y = (bits) => BOTTOM - ((BOTTOM - TOP) * bits) / most;
    const ticks = Array.from({ length: most + 1 }, (_, bits) => [
      line([LEFT, y(bits), right, y(bits)], { color: PALE.fill }),
      label(LEFT - 6, y(bits) + 4, bits, END),
    ]);
    const [low, high] = this.people;
    const last = ["you", ...this.names].map((name, i) => [name, y(curves[i].at(-1))]);
    const shapes = [
      rectangle(LEFT, y(high), right - LEFT, y(low) - y(high), PALE),
      label(right - 4, y(low) - 4, "people (1951)", { ...END, class: "small" }),
      label(0, 14, "bits per letter so far, with coins"),
      [0, longest].map((n) => label(x(n), BOTTOM + 16, n, MIDDLE)),
      label(x(longest / 2), BOTTOM + 32, "letters", MIDDLE),
      ticks,
      curves.map((curve, i) =>
        line(curve.flatMap((bits, n) => [x(n + 1), y(bits)]), INKS[i]),
      ),
      writeNames(x(curves[0].length), last, BOTTOM, (name) =>
        ({ ...HALO, class: name === "you" ? "title" : "" })),
    ];
    return { height: HEIGHT, shapes };
  }
}

// Return the text so far, or its last words, and a blank for the next letter.
function drawText(text, shown) {
  const from = text.indexOf(" ", text.length - shown) + 1; // a whole word
  return html`<p class="transcript letter">… ${text.slice(from, -1)}<u
    >${text.at(-1).replace(" ", "␣")}</u><span class="blank" role="img"
    aria-label="the next letter" /></p>`;
}

// A button for each letter. The last, the space, has the focus first, so that
// the space bar means it.
function Keys({ counts, coins, put }) {
  const keys = useElement((toolbar) => {
    makeOneStop(toolbar);
    // The focus stays on the letter that has it.
    toolbar.parentElement.addEventListener("mousedown", (event) => {
      if (!event.target.closest(".keys, .primary")) return;
      event.preventDefault();
      toolbar.querySelector("[tabindex='0']").focus({ preventScroll: true });
    });
  });
  const draw = (letter) => {
    const count = countOf(letter, coins);
    const told = count > 0 ? `, ${count} coin${count > 1 ? "s" : ""}` : "";
    return html`<button type="button" class="letter"
      tabindex=${letter === " " ? 0 : -1} aria-label=${nameOf(letter) + told}
      onClick=${() => put(letter)}>${letter.replace(" ", "␣")}<span class="coins"
      >${count || ""}</span></button>`;
  };
  return html`<div class="keys" role="toolbar" aria-label="Letters" ref=${keys}>
    ${Object.keys(counts).map(draw)}</div>`;
}

start("game", Game);
