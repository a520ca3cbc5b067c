import assert from "node:assert/strict";
import test from "node:test";

import * as chart from "../../widgets/src/chart.mjs";
import { percent } from "../../widgets/src/bars.mjs";
import * as settings from "../../widgets/src/trainer_settings.mjs";
import { paceOf } from "../../widgets/src/playground.mjs";
import { parseLink } from "../../widgets/src/playground_controls.mjs";
import { stroke } from "../../widgets/src/sketch.mjs";

const { curvePoints, exponents, heightOf } = chart;
const AXIS = { least: 1, most: 100 };

test("a point of the chart is read, and a stroke sets the knots on it", () => {
  const [, point] = curvePoints([5, 5, 5, 5], 4, AXIS);
  const [share, value] = chart.readPoint(point, AXIS);
  assert.ok(Math.abs(share - 0.5) + Math.abs(value - 5) < 1e-9);
  const knots = stroke([0, 0, 0, 0], [1, 100], [0.5, 1]);
  assert.deepEqual(knots, [0, 1, 10, 100]);
  assert.deepEqual(stroke(knots, [0, 7], [0, 7]), [7, 1, 10, 100]);
  const many = stroke(Array(25).fill(0), [140 / 500, 5], [140 / 500, 5]);
  assert.equal(many.indexOf(5), 6); // of epochs 20, 40, …, 140
});

test("an axis grows upwards, and values off it are at its ends", () => {
  const [low, middle, high] = [1, 10, 100].map((x) => heightOf(x, AXIS));
  assert.ok(low > middle && middle > high);
  assert.equal(2 * middle, low + high);
  assert.equal(heightOf(1e30, AXIS), high);
  assert.equal(heightOf(Infinity, AXIS), high);
  assert.equal(heightOf(NaN, AXIS), high);
  assert.equal(heightOf(0, AXIS), low);
  assert.deepEqual(exponents(AXIS), [0, 1, 2]);
  assert.deepEqual(exponents({ least: 0.1, most: 100 }), [-1, 0, 1, 2]);
});

test("a curve has a point for each epoch, or fewer if it is long", () => {
  const points = (count) => curvePoints(Array(count).fill(5), 5000, AXIS);
  assert.equal(points(0).length, 0);
  assert.equal(points(1).length, 2); // a dot
  assert.equal(points(7).length, 7);
  const many = points(5000);
  assert.ok(many.length < 1000);
  assert.equal(many.at(-1)[0], 312); // the right edge
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
  const texts = ["–", "1.23", "4322", "3 · 10¹⁷", "not a number", "too large"];
  assert.deepEqual(values.map(settings.formatValue), texts);
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

test("only links of the playground have settings", () => {
  assert.deepEqual(parseLink("#train-it"), {});
  assert.deepEqual(parseLink(""), {});
  const { text, seed } = parseLink("#playground=&text=i+saw%20the&seed=7");
  assert.equal(text, "i saw the");
  assert.equal(seed, "7");
});
