// A reader predicts a text that no model has seen, by putting coins on letters,
// and pays for each letter in bits, as two models do.
import { box, button, element, paragraph } from "./elements.mjs";
import { makeOneStop } from "./keys.mjs";
import { MovingFigure } from "./moving/figure.mjs";
import { start } from "./page.mjs";
import { END, MIDDLE, label, line, rectangle } from "./shapes.mjs";

const TASK = "What comes next? Put coins on letters.";
const HELP =
  "Your hits so far decide how much the letters with coins get together, and " +
  "the coins divide it. Keys, after a click on a letter: letters and the space " +
  "bar put coins, Backspace takes one back, and Enter shows the letter.";
const COINS = 10;
const FEW = 10; // letters: too few for an interval
const [LEFT, TOP, BOTTOM, HEIGHT] = [20, 30, 250, 272];
const [ROW, NAME] = [15, 70]; // the height and the width of a name
const PALE = { fill: "var(--pale)" };
const INKS = [
  { color: "var(--blue)", width: 3 },
  { color: "var(--random)", width: 2, dash: "8 3" },
  { color: "var(--ink)", width: 2, dash: "2 3" },
];

const countOf = (letter, coins) => coins.filter((x) => x === letter).length;
const nameOf = (letter, space = "space") => (letter === " " ? space : letter);

// What a reader has guessed, and what letters therefore cost.
export class Reader {
  constructor(counts) {
    Object.assign(this, { counts, guesses: 0, hits: 0 });
  }

  // The probability that all letters with coins share.
  get share() {
    return (this.hits + 1) / (this.guesses + 2);
  }

  // Return the bits that a letter costs; `coins` has a letter for each coin.
  pay(letter, coins) {
    const { share, counts } = this;
    const [own, all] = [countOf(letter, coins), coins.length];
    const others = Object.keys(counts).filter((x) => !coins.includes(x));
    const total = others.reduce((sum, other) => sum + counts[other], 0);
    const rest = ((all > 0 ? 1 - share : 1) * counts[letter]) / total;
    if (all > 0) this.guesses += 1;
    if (own > 0) this.hits += 1;
    return -Math.log2(own > 0 ? (share * own) / all : rest);
  }
}

function runningMeans(bits) {
  let total = 0;
  return bits.map((x, i) => (total += x) / (i + 1));
}

// Return the ends of the interval that bits allow for their mean.
function interval(bits) {
  if (bits.length < FEW) return [];
  const mean = runningMeans(bits).at(-1);
  const squares = runningMeans(bits.map((x) => (x - mean) ** 2)).at(-1);
  const error = Math.sqrt(squares / (bits.length - 1));
  return [-1.96, 1.96].map((z) => Math.max(0, mean + z * error));
}

// Write names, with their heights, at the right of x, each above the last.
function writeNames(x, named) {
  let free = BOTTOM; // and all above
  return named.sort(([, a], [, b]) => b - a).map(([name, height]) => {
    const y = Math.min(height, free);
    free = y - ROW;
    return [
      line([x - 4, height, x + 3, height, x + 9, y]),
      label(x + 12, y + 4, name, { class: name === "you" ? "title" : "" }),
    ];
  });
}

class Game extends MovingFigure {
  constructor(place, data) {
    super(place);
    Object.assign(this, data, { turn: -1 });
    this.transcript = paragraph("transcript letter");
    const title = paragraph("title", TASK);
    place.append(title, this.transcript, this.makeKeys(), this.makeButtons());
    this.addDrawing();
    this.drawing.before(this.facts);
    this.addHelp(HELP);
    place.classList.add("moving-figure");
    place.onkeydown = (event) => this.type(event);
    place.onmousedown = (event) => {
      if (!event.target.closest(".keys, .primary")) return;
      event.preventDefault(); // the focus stays on the letter that has it
      place.querySelector(".keys [tabindex='0']").focus({ preventScroll: true });
    };
    this.restart();
  }

  // Make a button for each letter. The last, the space, has the focus first, so
  // that the space bar means it.
  makeKeys() {
    this.keys = Object.keys(this.counts).map((value) => {
      const put = () => this.put([...this.coins, value]);
      const key = button(nameOf(value, "␣"), put);
      key.append(element("span", { className: "coins" }));
      const tabIndex = value === " " ? 0 : -1;
      return Object.assign(key, { value, tabIndex, className: "letter" });
    });
    const role = { role: "toolbar", ariaLabel: "Letters" };
    const keys = Object.assign(box("keys", ...this.keys), role);
    makeOneStop(keys);
    return keys;
  }

  makeButtons() {
    const show = button("Show it", () => this.reveal());
    show.className = "primary";
    const clear = button("Clear", () => this.put([]));
    const another = button("Another passage", () => this.begin());
    const again = button("Start over", () => this.restart());
    return box("buttons", show, clear, another, again);
  }

  restart() {
    this.reader = new Reader(this.counts);
    this.bits = [[], [], []]; // of the reader, and of the models
    this.begin();
  }

  // Begin the next passage; the score continues, as long as all are new.
  begin() {
    this.end = this.shown;
    if (++this.turn === this.texts.length) {
      this.turn = -1;
      return this.restart();
    }
    this.put([]);
  }

  // Put coins on letters, as many as there are, and tell which.
  put(letters) {
    const coins = (this.coins = letters.slice(0, COINS));
    const tell = (letter) => `${nameOf(letter)} ${countOf(letter, coins)}`;
    const each = [...new Set(coins)].map(tell).join(", ");
    const share = `${(100 * this.reader.share).toFixed(0)} %`;
    const all = coins.length > 0 ? `${each}: ${share} in all` : "No guess";
    this.say(`${all}. Coins left: ${COINS - coins.length}.`);
  }

  reveal() {
    const { texts, turn, end, reader, coins } = this;
    const letter = texts[turn][end];
    const models = this.costs.map((costs) => costs[turn][end - this.shown]);
    const paid = [reader.pay(letter, coins), ...models];
    for (const [i, bits] of paid.entries()) this.bits[i].push(bits);
    [this.end, this.coins] = [end + 1, []];
    const isOver = this.end === texts[turn].length;
    if (isOver) this.begin();
    const next = isOver ? " Here is the next passage." : "";
    const name = letter === " " ? "a space" : `“${letter}”`;
    this.say(`It was ${name}, which cost ${this.tell(paid)}.${next}`);
  }

  // Tell the bits of the reader and of the models.
  tell(numbers, ends = "") {
    const [own, ...others] = numbers.map((number) => number.toFixed(1));
    const models = others.map((bits, i) => `${this.names[i]} ${bits}`);
    return [`you ${own} bits${ends}`, ...models].join(", ");
  }

  get score() {
    const { length } = this.bits[0];
    if (length === 0) return "From ten letters on, your mean has an interval.";
    const means = this.bits.map((bits) => runningMeans(bits).at(-1));
    const ends = interval(this.bits[0]).map((end) => end.toFixed(1));
    const range = ends.length > 0 ? ` (${ends.join(" to ")})` : "";
    const letters = length === 1 ? "1 letter" : `${length} letters`;
    return `After ${letters}: ${this.tell(means, range)} on the same letters.`;
  }

  type(event) {
    const { key, target } = event;
    const letter = key.toLowerCase();
    const isReady = key === "Enter" && this.keys.includes(target);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (letter !== " " && letter in this.counts) this.put([...this.coins, letter]);
    else if (key === "Backspace") this.put(this.coins.slice(0, -1));
    else if (isReady) event.repeat || this.reveal();
    else return;
    event.preventDefault();
  }

  say(news) {
    this.news = news;
    this.show();
    this.announce(news);
  }

  listFacts() {
    return [[this.news], [this.score]];
  }

  show() {
    const { turn, end, shown } = this;
    const text = this.texts[turn];
    const from = text.indexOf(" ", end - shown) + 1; // a whole word
    const last = element("u", {}, nameOf(text[end - 1], "␣"));
    const role = { role: "img", ariaLabel: "the next letter" };
    const blank = element("span", { className: "blank", ...role });
    const before = `… ${text.slice(from, end - 1)}`;
    this.transcript.replaceChildren(before, last, blank);
    for (const key of this.keys) {
      const count = countOf(key.value, this.coins);
      const coins = `, ${count} coin${count > 1 ? "s" : ""}`;
      key.ariaLabel = nameOf(key.value) + (count > 0 ? coins : "");
      key.lastChild.textContent = count || "";
    }
    super.show();
  }

  // Draw the means so far, letter by letter, and the ladder at their right.
  draw(width) {
    const curves = this.bits.map(runningMeans);
    const most = Math.max(5, Math.ceil(Math.max(...curves.flat())));
    const longest = 25 * Math.max(1, Math.ceil(curves[0].length / 25));
    const right = width - NAME;
    const x = (n) => LEFT + ((right - NAME - LEFT - 20) * n) / longest;
    const y = (bits) => BOTTOM - ((BOTTOM - TOP) * bits) / most;
    const ticks = Array.from({ length: most + 1 }, (_, bits) => [
      line([LEFT, y(bits), right, y(bits)], { color: PALE.fill }),
      label(LEFT - 6, y(bits) + 4, bits, END),
    ]);
    const [low, high] = this.people;
    const rungs = { ...this.ladder, people: (low + high) / 2 };
    const ends = interval(this.bits[0]).flatMap((bits) => [right - 8, y(bits)]);
    const shapes = [
      rectangle(LEFT, y(high), right - LEFT, y(low) - y(high), PALE),
      label(0, 14, "bits per character so far"),
      label(x(longest), HEIGHT - 6, longest, MIDDLE),
      label(x(longest / 2), HEIGHT - 6, "letters", MIDDLE),
      line([right, TOP, right, BOTTOM]),
      ...[ticks, line(ends, { ...INKS[0], width: 6 })],
      curves.map((curve, i) =>
        line(curve.flatMap((bits, n) => [x(n + 1), y(bits)]), INKS[i]),
      ),
    ];
    if (curves[0].length > 0) {
      const names = ["you", ...this.names];
      const last = curves.map((curve, i) => [names[i], y(curve.at(-1))]);
      shapes.push(writeNames(x(curves[0].length), last));
      rungs.you = curves[0].at(-1);
    }
    const all = Object.entries(rungs).map(([name, bits]) => [name, y(bits)]);
    shapes.push(writeNames(right, all));
    return { height: HEIGHT, shapes };
  }
}

start("game", Game);
