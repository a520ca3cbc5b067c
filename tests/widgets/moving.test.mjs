import assert from "node:assert/strict";
import test from "node:test";
import { descend } from "../../widgets/src/moving/cliff.mjs";
import { toSpeech } from "../../widgets/src/moving/formulas.mjs";
import * as frames from "../../widgets/src/moving/frames.mjs";

test("indices and exponents are read aloud", () => {
  const speech = "H 2 transposed W hh, 10 to the power −3";
  assert.equal(toSpeech("H_2^T W_hh, 10^−3"), speech);
});

test("the frames go forward step by step, and back", () => {
  const found = frames.makeFrames(3);
  const kinds = found.map(({ kind, t }) => kind + (t ?? ""));
  assert.deepEqual(kinds, [
    "start",
    ...["state1", "outputs1", "state2", "outputs2", "state3", "outputs3"],
    ...["loss", "dO", "dH3", "dA3", "dH2", "dA2", "dH1", "dA1", "cut"],
  ]);
  const first = ["dH", "dO", "dX"].map((kind) =>
    frames.firstFrame(found, kind, 2),
  );
  assert.deepEqual(first, [11, 8, Infinity]);
});

function isNear(found, wanted) {
  found.forEach((x, i) => assert.ok(Math.abs(x - wanted[i]) < 1e-6));
}

test("walkers step against the slopes of the loss, by at most θ", () => {
  const data = { first: 0.2, target: 0.8, depth: 2, points: 2 };
  const lossOf = (w, b) =>
    (Math.tanh(w * Math.tanh(w * data.first + b) + b) - data.target) ** 2;
  const slopes = [[1e-4, 0], [0, 1e-4]].map(([dw, db]) =>
    (lossOf(1.3 + dw, 0.1 + db) - lossOf(1.3 - dw, 0.1 - db)) / 2e-4);
  const [[w, b], next] = descend(data, [1.3, 0.1], 0.5, Infinity);
  isNear(next, [w - 0.5 * slopes[0], b - 0.5 * slopes[1]]);
  const [, [v, a]] = descend(data, [w, b], 0.5, 0.01);
  isNear([Math.hypot(v - w, a - b)], [0.5 * 0.01]);
});
