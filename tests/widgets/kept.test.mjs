import assert from "node:assert/strict";
import test from "node:test";
import { keep, readKept } from "../../widgets/src/kept.mjs";
import { Generator } from "../../widgets/src/random.mjs";
import { Run, makeText, restore } from "../../widgets/src/runs.mjs";
import { USUAL } from "../../widgets/src/trainer_settings.mjs";
import { drawParams } from "../../widgets/src/training.mjs";

const stored = new Map();
globalThis.localStorage = {
  getItem: (name) => stored.get(name) ?? null,
  setItem: (name, value) => stored.set(name, value),
};

const makeNovel = (vocabulary) =>
  makeText({ symbols: [1, 2, 1], heldOut: [], vocabulary, used: "" }, "");
const [novel, h] = [makeNovel({ a: 2, b: 1 }), 2];
const params = drawParams(3, h, new Generator(0), 1, 1);
const run = new Run(novel, { ...USUAL, theta: null }, [[9, { lr: 2 }]]);
const epochs = [{ perplexity: 3, norms: [1], clipped: 0 }];
run.add({ epochs, changes: [], written: [1, 2], params, hasDiverged: false });
keep({ vocabulary: novel.vocabulary, h, params, name: "yours" }, run.lasting);

test("a run that is kept is the same when it is restored", () => {
  const again = restore(readKept(), novel);
  assert.deepEqual(again.params, params);
  for (const fact of ["text", "settings", "planned", "perplexity", "film"]) {
    assert.deepEqual(again[fact], run[fact], fact);
  }
});

test("what is damaged, or of another novel, is not restored", () => {
  assert.throws(() => restore(readKept(), makeNovel({ a: 2, c: 1 })));
  const [[name, kept]] = stored;
  stored.set(name, kept.slice(0, -9));
  assert.throws(readKept);
});
