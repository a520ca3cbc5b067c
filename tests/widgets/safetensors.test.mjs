import assert from "node:assert/strict";
import test from "node:test";
import { packNetwork, unpackNetwork } from "../../widgets/src/safetensors.mjs";

const [V, h] = [4, 3];
const VOCABULARY = { 7: 9, é: 5, " ": 2 };

function makeParams() {
  const sizes = { W_xh: V * h, W_hh: h * h, b_h: h, W_hq: h * V, b_q: V };
  const draw = (count) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(i) / 3);
  const pairs = Object.entries(sizes);
  return Object.fromEntries(pairs.map(([name, n]) => [name, draw(n)]));
}

const NETWORK = { vocabulary: VOCABULARY, h, params: makeParams() };

// Return the header of a file, and its numbers.
function split(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { length, header: JSON.parse(text), data: bytes.slice(8 + length) };
}

// Return a file with another header, not padded, and other numbers.
function join(text, data) {
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes.buffer;
}

// Return a file whose header was changed.
function damage(change) {
  const { header, data } = split(packNetwork(NETWORK));
  change(header);
  return join(JSON.stringify(header), data);
}

test("a network comes back as it went", () => {
  const params = makeParams();
  [params.b_h[0], params.b_h[1]] = [-0, 1e-45];
  const bytes = packNetwork({ ...NETWORK, params });
  assert.equal(split(bytes).length % 8, 0);
  const expected = { vocabulary: VOCABULARY, V, h, params };
  assert.deepEqual(unpackNetwork(bytes.buffer), expected);
});

test("tensors may come in any order, and odd names do no harm", () => {
  const { header, data } = split(packNetwork(NETWORK));
  const reversed = Object.fromEntries(Object.entries(header).reverse());
  for (const name of Object.keys(NETWORK.params)) {
    reversed[name].data_offsets = reversed[name].data_offsets.map((n) => n + 5);
  }
  const odd = `{"__proto__":{"W_xh":0},"toString":0,"more":null,`;
  const text = odd + JSON.stringify(reversed).slice(1);
  const file = join(text, [0, 0, 0, 0, 0, ...data]);
  assert.deepEqual(unpackNetwork(file).params, NETWORK.params);
});

const WHOLE = packNetwork(NETWORK);
const NOT_FINITE = { ...NETWORK.params, b_h: new Float32Array(h).fill(NaN) };

// Return a file with another vocabulary.
function count(text) {
  return damage((header) => (header.__metadata__.vocabulary = text));
}

// Return a file whose W_hh is described in another way.
function describe(entry) {
  return damage((header) => Object.assign(header.W_hh, entry));
}

const UNREADABLE = /no \.safetensors file/;
const DAMAGED = {
  "an empty file": [new ArrayBuffer(0), UNREADABLE],
  "a file without its end": [WHOLE.buffer.slice(0, -1), /cut off.* b_q /],
  "another text": [join("[1, 2", []), UNREADABLE],
  "no metadata": [damage((header) => delete header.__metadata__), /vocabulary/],
  "a vocabulary without tokens": [count("{}"), /vocabulary/],
  "a long token": [count(`{"ab":1,"c":1,"d":1}`), /vocabulary/],
  "a count of 0": [count(`{"a":0,"c":1,"d":1}`), /vocabulary/],
  "a count that is a text": [count(`{"a":"1","c":1,"d":1}`), /vocabulary/],
  "a token too few": [count(`{"a":1,"b":1}`), /shape of W_xh/],
  "no tensor": [damage((header) => delete header.b_h), /b_h is missing/],
  "a tensor of null": [damage((header) => (header.b_h = null)), /b_h/],
  "other numbers": [describe({ dtype: "BF16" }), /neither F32 nor F16/],
  "another shape": [describe({ shape: [h, h + 1] }), /shape of W_hh/],
  "more dimensions": [describe({ shape: [h, h, 1] }), /shape of W_hh/],
  "a shape of texts": [describe({ shape: ["3", "3"] }), /shape of W_hh/],
  "a shape of null": [describe({ shape: null }), /shape of W_hh/],
  "no hidden units": [
    damage(({ W_xh }) => (W_xh.shape = [V, 0])),
    /shape of W_xh/,
  ],
  "a negative place": [describe({ data_offsets: [-40, -4] }), /cut off/],
  "a place too small": [describe({ data_offsets: [0, 32] }), /cut off/],
  "no place": [describe({ data_offsets: null }), /cut off/],
  "numbers that are none": [
    packNetwork({ ...NETWORK, params: NOT_FINITE }).buffer,
    /b_h is finite/,
  ],
};

test("a damaged file is rejected in plain words", () => {
  for (const [name, [file, message]] of Object.entries(DAMAGED)) {
    assert.throws(() => unpackNetwork(file), message, name);
  }
});
