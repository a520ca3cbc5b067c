import assert from "node:assert/strict";
import test from "node:test";
import { Generator } from "../../widgets/src/random.mjs";
import { packNetwork, unpackNetwork } from "../../widgets/src/safetensors.mjs";
import { drawParams } from "../../widgets/src/training.mjs";

const [V, h] = [4, 3];
const VOCABULARY = { 7: 9, é: 5, " ": 2 };
const PARAMS = drawParams(V, h, new Generator(0), 1, 1);
const pack = (params) => packNetwork({ vocabulary: VOCABULARY, h, params });

// Return the header of a file, and its numbers.
function split(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { header: JSON.parse(text), data: bytes.slice(8 + length) };
}

// Return a file with another header, not padded, and other numbers.
function join(text, data) {
  const json = Buffer.from(text);
  const length = new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer);
  return Uint8Array.of(...length, ...json, ...data).buffer;
}

// Return a file whose header was changed.
function damage(change) {
  const { header, data } = split(pack(PARAMS));
  change(header);
  return join(JSON.stringify(header), data);
}

test("a network comes back as it went", () => {
  const params = { ...PARAMS, b_h: Float32Array.of(-0, 1e-45, 1e38) };
  const bytes = pack(params);
  const expected = { vocabulary: VOCABULARY, V, h, params };
  assert.deepEqual(unpackNetwork(bytes.buffer), expected);
});

test("tensors may come in any order, and odd names do no harm", () => {
  const { header, data } = split(pack(PARAMS));
  const reversed = Object.fromEntries(Object.entries(header).reverse());
  for (const name of Object.keys(PARAMS)) {
    reversed[name].data_offsets = reversed[name].data_offsets.map((n) => n + 5);
  }
  const odd = `{"__proto__":{"W_xh":0},"toString":0,"more":null,`;
  const text = odd + JSON.stringify(reversed).slice(1);
  const file = join(text, [0, 0, 0, 0, 0, ...data]);
  assert.deepEqual(unpackNetwork(file).params, PARAMS);
});

const WHOLE = pack(PARAMS);
const NOT_FINITE = { ...PARAMS, b_h: Float32Array.of(0, NaN, 0) };

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
  "a long token": [count(`{"ab":1,"c":1,"d":1}`), /vocabulary/],
  "a count of 0": [count(`{"a":0,"c":1,"d":1}`), /vocabulary/],
  "a count that is a text": [count(`{"a":"1","c":1,"d":1}`), /vocabulary/],
  "no tensor": [damage((header) => delete header.b_h), /b_h is missing/],
  "a tensor of null": [damage((header) => (header.b_h = null)), /b_h/],
  "other numbers": [describe({ dtype: "BF16" }), /neither F32 nor F16/],
  "another shape": [describe({ shape: [h, h + 1] }), /shape of W_hh/],
  "more dimensions": [describe({ shape: [h, h, 1] }), /shape of W_hh/],
  "a shape of null": [describe({ shape: null }), /shape of W_hh/],
  "no hidden units": [damage(({ W_xh }) => (W_xh.shape[1] = 0)), /shape of W_xh/],
  "a negative place": [describe({ data_offsets: [-40, -4] }), /cut off/],
  "a place too small": [describe({ data_offsets: [0, 32] }), /cut off/],
  "no place": [describe({ data_offsets: null }), /cut off/],
  "a number that is none": [pack(NOT_FINITE).buffer, /b_h is finite/],
};

test("a damaged file is rejected in plain words", () => {
  for (const [name, [file, message]] of Object.entries(DAMAGED)) {
    assert.throws(() => unpackNetwork(file), message, name);
  }
});
