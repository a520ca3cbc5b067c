import assert from "node:assert/strict";
import test from "node:test";

import {
  heightOf,
  pointsOf,
  powers,
} from "../../widgets/src/chart.mjs";
import { percent } from "../../widgets/src/bars.mjs";
import {
  settingsFor,
  shown,
  sliderValue,
} from "../../widgets/src/trainings.mjs";
import {
  describeRead,
  paceOf,
  settingsOf,
} from "../../widgets/src/playground.mjs";
import { describe } from "../../widgets/src/typed.mjs";

const AXIS = { least: 1, most: 100 };

test("an axis grows upwards, and holds what is off it", () => {
  const [low, middle, high] = [1, 10, 100].map((x) => heightOf(x, AXIS));
  assert.ok(low > middle && middle > high);
  assert.equal(2 * middle, low + high);
  assert.equal(heightOf(1e30, AXIS), high);
  assert.equal(heightOf(Infinity, AXIS), high);
  assert.equal(heightOf(NaN, AXIS), high);
  assert.equal(heightOf(0, AXIS), low);
  assert.deepEqual(powers(AXIS), [0, 1, 2]);
  assert.deepEqual(powers({ least: 0.1, most: 100 }), [-1, 0, 1, 2]);
});

test("a curve has a point for each epoch, and its end, however long", () => {
  const points = (count) =>
    pointsOf(Array(count).fill(5), 5000, AXIS).split(" ").filter(Boolean);
  assert.equal(points(0).length, 0);
  assert.equal(points(1).length, 2); // a dot
  assert.equal(points(7).length, 7);
  const many = points(5000);
  assert.ok(many.length < 1000);
  assert.equal(many.at(-1).split(",")[0], "312.0"); // the right edge
});

test("a slider gives round numbers, whatever their size", () => {
  assert.equal(sliderValue(0), 1);
  assert.equal(sliderValue(Math.log10(0.3)), 0.3);
  assert.equal(sliderValue(Math.log10(0.0123)), 0.012);
  assert.equal(sliderValue(Math.log10(17.8)), 18);
});

test("the size of the first weights is told as standard deviations", () => {
  const { scale, hiddenScale, batchSize } = settingsFor({ size: 3, h: 144 });
  assert.ok(Math.abs(scale - 0.03) < 1e-12);
  assert.equal(hiddenScale, 0.25);
  assert.equal(batchSize, 32);
  const chapter = settingsFor({ size: 1, h: 512 });
  assert.deepEqual([chapter.scale, chapter.hiddenScale], [0.01, 0.01]);
});

test("numbers are shown in few digits", () => {
  assert.equal(shown(undefined), "–");
  assert.equal(shown(1.234), "1.23");
  assert.equal(shown(4321.9), "4322");
  assert.equal(shown(3.2e17), "3 · 10¹⁷");
  assert.equal(shown(NaN), "not a number");
  assert.equal(shown(Infinity), "too large");
});

test("no probability becomes 0 or 100 percent by rounding", () => {
  assert.equal(percent(0), "0 %");
  assert.equal(percent(1e-9), "< 0.1 %");
  assert.equal(percent(0.0123), "1.2 %");
  assert.equal(percent(0.5), "50 %");
  assert.equal(percent(0.99999), "> 99 %");
  assert.equal(percent(1), "100 %");
});

test("the page says how it has read a text", () => {
  assert.equal(describeRead("the", [], [1, 2], "the"),
    "On average 1.5 bits a character.");
  assert.match(describeRead("the", [], [1], "The!"), /^Read as “the”\./);
  assert.match(
    describeRead("the", [], [1], "the "),
    /^Read as “the”, without the space at its end\./,
  );
  assert.match(
    describeRead("a 4", ["4"], [1], "a 4"),
    /^Not in the vocabulary, and read as <unk>: “4”\./,
  );
  assert.ok(describeRead("a".repeat(9999), [], [1], "A").length < 200);
});

test("the greatest surprise is named", () => {
  assert.match(describe("the zoo", [1, 2, 1, 9, 1, 1]), /“z” after “the ”/);
  assert.match(describe("a b", [3, 1]), /a space after “a”/);
  assert.equal(describe("a", []), "Read: a");
});

test("the pace is that of the speed, in steps that an eye can follow", () => {
  for (const speed of [2, 10, 50, 500]) {
    const { count, wait } = paceOf(speed);
    assert.ok(Math.abs(count / wait - speed / 1000) < 1e-9);
    assert.ok(wait >= 20);
  }
  assert.equal(paceOf(Infinity).wait, 0);
});

test("settings are taken from a link of ours alone", () => {
  assert.deepEqual(settingsOf("#train-it"), {});
  assert.deepEqual(settingsOf(""), {});
  const { text, seed } = settingsOf("#playground=&text=i+saw%20the&seed=7");
  assert.equal(text, "i saw the");
  assert.equal(seed, "7");
});
