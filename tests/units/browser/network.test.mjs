import assert from "node:assert/strict";
import test from "node:test";
import { Room } from "../../../charrnn/browser/arithmetic.mjs";
import {
  Network,
  parameterShapes,
  readParams,
  writeParams,
} from "../../../charrnn/browser/network.mjs";
import { Generator } from "../../../charrnn/browser/random.mjs";
import { drawParams } from "../../../charrnn/browser/training.mjs";
import { WAYS } from "./kernel.mjs";
import { assertClose, bits } from "./numbers.mjs";

const [V, h] = [7, 21]; // no multiple of sixteen, nor of four
const SYMBOLS = [3, 0, 6, 6, 1, 2, 5, 4, 3, 3];

// Return parameters that are not small, biases included.
function someParams() {
  const generator = new Generator(2);
  const params = drawParams(V, h, generator, 0.8, 0.4);
  for (const bias of [params.b_h, params.b_q]) {
    bias.forEach((_, i) => (bias[i] = generator.normal()));
  }
  return params;
}

function readAll(network, symbols) {
  return symbols.map((symbol) => network.step(symbol));
}

// Return the logits by the equations, in double precision.
function computed({ W_xh, W_hh, b_h, W_hq, b_q }, symbols) {
  let H = new Float64Array(h);
  return symbols.map((symbol) => {
    H = H.map((_, j) => {
      const terms = Array.from(H, (x, i) => x * W_hh[i * h + j]);
      const sum = terms.reduce((a, b) => a + b);
      return Math.tanh(W_xh[symbol * h + j] + sum + b_h[j]); // (eq-hidden)
    });
    return Array.from(b_q, (bias, q) => {
      const terms = Array.from(H, (x, i) => x * W_hq[i * V + q]);
      return terms.reduce((a, b) => a + b) + bias; // (eq-output)
    });
  });
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name} computes the equations`, () => {
    const params = someParams();
    const found = readAll(new Network(V, h, params, way), SYMBOLS);
    assertClose(
      found.flatMap((logits) => [...logits]),
      computed(params, SYMBOLS).flat(),
      1e-5,
    );
  });
}

test("kernel and plain loop give the same bits, over many steps", () => {
  const symbols = Array.from({ length: 200 }, (_, i) => (i * i) % V);
  const [one, other] = Object.values(WAYS).map((way) =>
    readAll(new Network(V, h, someParams(), way), symbols).map(bits),
  );
  assert.deepEqual(one, other);
});

test("a network that is reset has forgotten everything", () => {
  const network = new Network(V, h, someParams(), null);
  assert.ok(network.state.every((x) => x === 0));
  const first = readAll(network, SYMBOLS);
  assert.ok(network.state.every((x) => x !== 0));
  assert.notDeepEqual(readAll(network, SYMBOLS), first);
  network.reset();
  assert.deepEqual(readAll(network, SYMBOLS), first);
});

test("a state that is kept leads to what followed it", () => {
  const network = new Network(V, h, someParams(), null);
  readAll(network, SYMBOLS);
  const kept = network.state;
  const followed = readAll(network, SYMBOLS);
  assert.notDeepEqual(network.state, kept); // it is a copy
  network.state = kept;
  assert.deepEqual(network.state, kept);
  assert.deepEqual(readAll(network, SYMBOLS), followed);
});

test("logits that were returned do not change with the next step", () => {
  const network = new Network(V, h, someParams(), null);
  const logits = network.step(1);
  const before = logits.slice();
  assert.notDeepEqual(network.step(2), before);
  assert.deepEqual(logits, before);
});

test("parameters come out of a room as they were put in", () => {
  const [params, room] = [someParams(), new Room(parameterShapes(V, h), null)];
  writeParams(room, V, h, params);
  assert.deepEqual(readParams(room, V, h), params);
});
