import assert from "node:assert/strict";
import test from "node:test";
import * as chart from "../../widgets/src/chart.mjs";
import { Connection } from "../../widgets/src/connection.mjs";
import { splitRecited, thin } from "../../widgets/src/film.mjs";
import { letterPerplexity, pairPerplexity } from "../../widgets/src/floors.mjs";
import { interval } from "../../widgets/src/game.mjs";
import { formatValue, percent } from "../../widgets/src/numbers.mjs";
import { Run, heldOutLine, makeText } from "../../widgets/src/runs.mjs";
import * as settings from "../../widgets/src/trainer_settings.mjs";
import { paceOf } from "../../widgets/src/playground.mjs";
import { stroke } from "../../widgets/src/sketch.mjs";

const { curvePoints, heightOf, valuesOnAxis } = chart;
const AXIS = { least: 1, most: 100, longest: 4, right: 300, bottom: 200 };

test("a point of the chart is read, and a stroke sets the knots on it", () => {
  const [, point] = curvePoints([5, 5, 5, 5], AXIS);
  const [epoch, value] = chart.readPoint(point, AXIS);
  assert.ok(Math.abs(epoch - 2) + Math.abs(value - 5) < 1e-9);
  const many = curvePoints(Array(5000).fill(5), { ...AXIS, longest: 5000 });
  assert.ok(many.length < 1000 && many.at(-1)[0] === AXIS.right);
  const knots = stroke([0, 0, 0, 0], [1, 100], [0.5, 1]);
  assert.deepEqual(knots, [0, 1, 10, 100]);
  assert.deepEqual(stroke(knots, [0, 7], [0, 7]), [7, 1, 10, 100]);
  const long = stroke(Array(25).fill(0), [140 / 500, 5], [140 / 500, 5]);
  assert.equal(long.indexOf(5), 6); // of epochs 20, 40, …, 140
});

test("an axis grows upwards, and what is above it leaves the drawing", () => {
  const [low, middle, high] = [1, 10, 100].map((x) => heightOf(x, AXIS));
  assert.ok(low > middle && middle > high);
  assert.equal(2 * middle, low + high);
  for (const value of [101, Infinity, NaN]) {
    assert.ok(heightOf(value, AXIS) < 0);
  }
  assert.equal(heightOf(0, AXIS), low);
  assert.deepEqual(valuesOnAxis({ least: 1, most: 40 }), [1, 2, 5, 10, 20]);
  assert.deepEqual([100, 270, 7].map((n) => chart.epochsOnAxis(n).at(-1)), [100, 200, 6]);
  assert.deepEqual(chart.fitAxis(AXIS, [2, 30]), AXIS);
  const axis = chart.fitAxis(AXIS, [25, 3e11, Infinity, NaN, 0.02]);
  const powers = [axis.least, axis.most].map((end) => Math.log10(end));
  assert.deepEqual(powers.map(Math.round), [-2, 12]);
  assert.ok(valuesOnAxis(axis).length < 9);
});

test("the size of the first weights scales standard deviations", () => {
  const { trainingSettings } = settings;
  const { scale, hiddenScale } = trainingSettings({ size: 3, h: 144 });
  assert.ok(Math.abs(scale - 0.03) < 1e-12);
  assert.equal(hiddenScale, 0.25);
  const chapter = trainingSettings({ size: 1, h: 512 });
  assert.deepEqual([chapter.scale, chapter.hiddenScale], [0.01, 0.01]);
});

test("values are written with few digits", () => {
  const values = [undefined, 1.234, 4321.9, 3.2e17, NaN, Infinity];
  const texts = ["–", "1.23", "4322", "3\u00a0×\u00a010¹⁷", "not a number", "too large"];
  assert.deepEqual(values.map(formatValue), texts);
});

test("no probability is rounded to 0 or 100 percent", () => {
  const values = [0, 1e-9, 0.0123, 0.5, 0.99999, 1];
  const texts = ["0 %", "< 0.1 %", "1.2 %", "50 %", "> 99 %", "100 %"];
  assert.deepEqual(values.map(percent), texts);
});

test("the pace matches the speed, in steps that an eye can follow", () => {
  for (const speed of [2, 10, 50, 500]) {
    const { count, wait } = paceOf(speed);
    assert.ok(Math.abs(count / wait - speed / 1000) < 1e-9);
    assert.ok(wait >= 20);
  }
  assert.equal(paceOf(Infinity).wait, 0);
});

const SYMBOLS = [...Array(40).keys()].map((i) => 1 + ((i * i) % 3));
const VOCABULARY = { " ": 30, a: 20, b: 10 };
const TEXT = makeText({ symbols: SYMBOLS, heldOut: [], vocabulary: VOCABULARY }, "");
const QUIET = { changes: [], heldOut: 3, written: [2], hasDiverged: false };
const EPOCH = { perplexity: 8, norms: [1, 3], clipped: 1 };

test("a run is named by what was really changed, but not on the way", () => {
  const run = new Run(TEXT, { ...settings.USUAL, h: 256 }, [[2, { lr: 0.3 }]]);
  assert.equal(run.name, "256 units");
  const epochs = [EPOCH, EPOCH, EPOCH];
  const planned = run.add({ ...QUIET, epochs, changes: [[2, { lr: 0.3 }]] });
  assert.deepEqual(planned, { lr: 0.3 }); // which the controls are to show
  for (const theta of [0.9, 0.8, 0.7]) {
    const changes = [[3, { theta }]];
    assert.deepEqual(run.add({ ...QUIET, epochs: [], changes }), {});
  }
  const words = "256 units; learning rate 0.3 from epoch 2 on; θ = 0.7 from epoch 3 on";
  assert.equal(run.name, words);
  assert.deepEqual(run.marks, [[2, "①"], [3, "②"]]);
  assert.equal(run.changes.length, 4);
  assert.deepEqual([run.norm.at(-1), run.clipped], [3, 0.5]);
  assert.deepEqual(run.heldOut.at(-1), [3, 3]);
});

test("what is repeated word for word is told from what is not", () => {
  const source = "said the psychologist and\nthe medical man";
  const recited = (text) => {
    const parts = splitRecited(text, source);
    assert.equal(parts.map((part) => part.text).join(""), text);
    return parts.filter(({ isRecited }) => isRecited).map((part) => part.text);
  };
  const most = "the psychologist and";
  assert.deepEqual(recited(` xe ${most} theatre the man`), [most]);
  assert.deepEqual(recited(` aid ${most}\nthe man`), [`${most}\nthe`]);
  assert.deepEqual(recited(`id ${most} the me`), [`id ${most} the me`]); // cut off
});

test("a film keeps its first line and its last, and more early than late", () => {
  let lines = [];
  for (let epoch = 1; epoch <= 500; epoch++) lines = thin([...lines, { epoch }]);
  const shown = lines.map(({ epoch }) => epoch);
  assert.ok(shown.length < 20 && shown[0] === 1 && shown.at(-1) === 500);
  assert.ok(shown.filter((epoch) => epoch < 50).length > shown.length / 2);
});

test("the held-out text is told where it disagrees with a run", () => {
  const run = (last, held) => ({ perplexity: [20, last], heldOut: [[1, 9], [2, held]], epochs: 2 });
  assert.match(heldOutLine(run(4, 8), run(3, 12)), /ahead: 8.00.* 12.0/);
  assert.equal(heldOutLine(run(4, 12), run(3, 8)), "");
  assert.match(heldOutLine(run(4, 12)), /from 9.00 to 12.0/);
  assert.equal(heldOutLine(run(4, 9)), "");
});

test("an interval of the mean needs blocks, and is that of Student", () => {
  assert.deepEqual(interval(Array(39).fill(1)), []);
  const blocks = [1, 2, 3, 6].flatMap((mean) => Array(10).fill(mean));
  const [low, high] = interval(blocks);
  const half = 3.182 * Math.sqrt(14 / 3 / 4); // t for three degrees of freedom
  assert.ok(Math.abs(low + high - 6) < 1e-9);
  assert.ok(Math.abs((high - low) / 2 / half - 1) < 0.01);
});

test("the perplexities of letters and pairs are those of their shares", () => {
  const symbols = [1, 2, 1, 3, 1, 2, 1, 3, 1]; // 2 and 3 in turn after each 1
  const [p, q] = [5 / 9, 2 / 9];
  const found = [letterPerplexity, pairPerplexity].map((of) => of(symbols));
  const expected = [p ** -p * q ** (-2 * q), Math.SQRT2];
  found.forEach((x, i) => assert.ok(Math.abs(x / expected[i] - 1) < 1e-9));
  assert.equal(letterPerplexity([4, 4, 4]), 1);
  assert.equal(pairPerplexity([4, 4, 4]), 1);
});

test("where there are no workers, a question is answered by an error", async () => {
  globalThis.Worker = undefined;
  const answer = new Connection("", {}).ask({ ask: "begin" });
  await assert.rejects(answer, { name: "Error" });
});
