import assert from "node:assert/strict";
import test from "node:test";
import {
  clipped,
  pixel,
  pointAt,
  tell,
  within,
} from "../../widgets/src/moving/clipping.mjs";
import { spoken } from "../../widgets/src/moving/drawing.mjs";
import {
  explain,
  framesOf,
  since,
} from "../../widgets/src/moving/frames.mjs";
import {
  heightOf,
  inside,
  written,
} from "../../widgets/src/moving/jacobians.mjs";
import {
  drawEpoch,
  takers,
} from "../../widgets/src/moving/minibatches.mjs";
import {
  barsOf,
  summary,
} from "../../widgets/src/moving/strategies.mjs";
import { layoutOf } from "../../widgets/src/moving/unrolled.mjs";
import { Generator } from "../../widgets/src/random.mjs";

const NEUTRAL = { tau: 1, k: 4, p: 1, relative: 0 };

function near(a, b, tolerance = 1e-12) {
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);
}

test("indices and exponents are read aloud", () => {
  const said = "H 2 transposed W hh, 10 to the power −3";
  assert.equal(spoken("H_2^T W_hh, 10^−3"), said);
});

test("a gradient outside the ball ends on its edge, and others stay", () => {
  const { norm, factor, end } = clipped([3, 4], 1);
  assert.equal(norm, 5);
  near(factor, 0.2);
  near(end[0], 0.6);
  near(end[1], 0.8);
  assert.match(tell([3, 4], 1), /outside .* factor 0.20, to \(0.60, 0.80\)/);
  for (const g of [
    [0.3, -0.4],
    [0, 0],
  ]) {
    assert.deepEqual(clipped(g, 1).end, g);
    assert.match(tell(g, 1), /inside the ball/);
  }
});

test("a pixel is that of its point, and a handle keeps within the plane", () => {
  for (const point of [
    [0, 0],
    [1.2, -0.7],
    [-2, 1.5],
  ]) {
    const back = pointAt(pixel(point, 300, 2.4), 300, 2.4);
    near(back[0], point[0]);
    near(back[1], point[1]);
  }
  const [left, top] = pixel(within([99, 99], 2.4), 300, 2.4);
  assert.ok(left < 300 && left > 250 && top > 0 && top < 30);
  assert.deepEqual(within([1, -1], 2.4), [1, -1]);
});

test("strategies exclude, and the entropy is that of what is left", () => {
  const equal = [1, 1, 1, 1];
  const half = barsOf("abcd", equal, { ...NEUTRAL, k: 2 });
  assert.deepEqual(
    half.map(({ q }) => q > 0),
    [true, true, false, false],
  );
  near(summary(half).bits, 1);
  const one = barsOf("abcd", [0, 2, 1, -1], { ...NEUTRAL, tau: 0 });
  assert.deepEqual(summary(one), { count: 1, bits: 0 });
  const few = { ...NEUTRAL, relative: 0.5 };
  assert.equal(summary(barsOf("abcd", [0, 2, 1.9, -1], few)).count, 2);
});

test("an epoch takes each character once, and both strategies share it", () => {
  const generator = new Generator(1);
  const offsets = new Set();
  for (let i = 0; i < 40; i++) {
    const sizes = { batchSize: 2, numSteps: 5 };
    const { offset, starts } = drawEpoch(84, sizes, generator);
    offsets.add(offset);
    for (const table of Object.values(starts)) {
      const taken = takers(table, 5, 84);
      const used = taken.filter((who) => who);
      assert.equal(used.length, table.flat().length * 5);
      assert.ok(taken.slice(0, offset).every((who) => who === null));
      assert.equal(taken[83], null); // it has no successor
      const { row, batch } = taken[table[1][0] + 4];
      assert.deepEqual([row, batch], [0, 1]);
    }
  }
  assert.deepEqual([...offsets].sort(), [0, 1, 2, 3, 4]);
});

test("norms have places on the axis, and are written", () => {
  assert.ok(heightOf(1) < heightOf(0));
  near(heightOf(-30), heightOf(-8)); // the end of the axis
  assert.deepEqual(inside([0, 3, 7, 2]), [0, 3]);
  assert.equal(written(Math.log10(0.082)), "0.082");
  assert.equal(written(Math.log10(9080)), "9.1 × 10^3");
  assert.equal(written(-22.565), "2.7 × 10^−23");
});

test("the way goes forward step by step, and back", () => {
  const frames = framesOf(3);
  const kinds = frames.map(({ kind, t }) => kind + (t ?? ""));
  assert.deepEqual(kinds, [
    "start",
    ...["state1", "outputs1", "state2", "outputs2", "state3", "outputs3"],
    ...["loss", "dO", "dH3", "dA3", "dH2", "dA2", "dH1", "dA1", "cut"],
  ]);
  assert.equal(since(frames, "dH", 2), 11);
  assert.equal(since(frames, "dO", 2), 8);
  assert.equal(since(frames, "dX", 2), Infinity);
});

test("a frame tells what is computed from what", () => {
  const data = {
    word: "time",
    vocabulary: ["t", "i", "m", "e"],
    P: [
      [0.1, 0.6, 0.2, 0.1],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    losses: [0.51, 0, 0],
    loss: 0.17,
  };
  const [, , outputs, ...rest] = framesOf(3).map((f) => explain(f, data));
  assert.match(outputs, /true “i” gets 0.60, which costs 0.51/);
  assert.ok(rest.some((text) => text.includes("one way back only")));
  assert.ok(rest.some((text) => text.includes("dO_2 W_hq^T + dA_3 W_hh^T")));
  assert.ok(rest.every((text) => !/undefined|NaN/.test(text)));
});

test("the steps of a network stand beside each other, at each width", () => {
  for (const width of [303, 373, 655]) {
    const layout = layoutOf(width, 3, 2, 4);
    const { first, w, xOf } = layout;
    assert.ok(xOf(0) >= 0 && xOf(0) + first < xOf(1));
    assert.ok(xOf(1) + w < xOf(2) && xOf(2) + w < xOf(3));
    assert.ok(xOf(3) + w <= width);
  }
});
