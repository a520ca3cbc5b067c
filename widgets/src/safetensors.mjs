// A network as a .safetensors file: the length of the header in 8 bytes, the
// header as JSON, and the numbers, in the byte order of today's machines.

function tensorShapes(V, h) {
  return { W_xh: [V, h], W_hh: [h, h], b_h: [h], W_hq: [h, V], b_q: [V] };
}

// Return the bytes of a file. `params` are numbers by name, row after row.
export function packNetwork({ vocabulary, h, params }) {
  const header = { __metadata__: { vocabulary: JSON.stringify(vocabulary) } };
  const shapes = Object.entries(tensorShapes(params.b_q.length, h));
  let end = 0;
  for (const [name, shape] of shapes) {
    const data_offsets = [end, (end += params[name].byteLength)];
    header[name] = { dtype: "F32", shape, data_offsets };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + 8 * Math.ceil(json.length / 8);
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start); // spaces
  new DataView(bytes.buffer).setUint32(0, start - 8, true);
  bytes.set(json, 8);
  const numbers = new Float32Array(bytes.buffer, start);
  for (const [name] of shapes) {
    numbers.set(params[name], header[name].data_offsets[0] / 4);
  }
  return bytes;
}

function checkFile(isRight, problem) {
  if (isRight) return;
  throw new Error(`${problem} Take a file that this page has written.`);
}

function isVocabulary(object) {
  const isRight = ([token, count]) =>
    [...token].length === 1 && Number.isSafeInteger(count) && count > 0;
  const pairs = Object.entries(object);
  return pairs.length > 0 && pairs.every(isRight);
}

// Return the value of a number in half precision, by its bits.
function readHalf(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return NaN; // or infinite
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const KINDS = { F32: Float32Array, F16: Uint16Array };

// Return the numbers of a tensor. The header may claim anything.
function readTensor(header, name, shape, data) {
  checkFile(Object.hasOwn(header, name), `The tensor ${name} is missing.`);
  const { dtype, shape: claimed, data_offsets } = Object(header[name]);
  const isSize = (n, i) => Number.isSafeInteger(n) && n > 0 && claimed[i] === n;
  const fits = claimed?.length === shape.length && shape.every(isSize);
  checkFile(fits, `The shape of ${name} does not fit the rest of the file.`);
  const Kind = KINDS[dtype];
  checkFile(Kind, `The numbers of ${name} are neither F32 nor F16.`);
  const { 0: start, 1: end } = Object(data_offsets);
  const bytes = data.slice(start, end);
  const count = bytes.byteLength / Kind.BYTES_PER_ELEMENT;
  const isWhole = count === shape.reduce((a, b) => a * b);
  const problem = `The file is cut off: numbers of ${name} are missing.`;
  checkFile(start >= 0 && isWhole, problem);
  const found = new Kind(bytes);
  const numbers = dtype === "F16" ? Float32Array.from(found, readHalf) : found;
  checkFile(numbers.every(Number.isFinite), `Not all of ${name} is finite.`);
  return numbers;
}

// Return what packNetwork was given, and V, from an ArrayBuffer that may hold
// anything. Throw an error for readers if it holds no such network.
export function unpackNetwork(buffer) {
  let [start, header, vocabulary] = [8, null, {}];
  try {
    start += Number(new DataView(buffer).getBigUint64(0, true));
    const json = new TextDecoder().decode(buffer.slice(8, start));
    header = { ...JSON.parse(json) };
    vocabulary = { ...JSON.parse(header.__metadata__.vocabulary) };
  } catch {
    // What could not be read is told below.
  }
  checkFile(header, "This is no .safetensors file, or it is cut off.");
  checkFile(isVocabulary(vocabulary), "The vocabulary is missing, or damaged.");
  const [V, h] = [Object.keys(vocabulary).length + 1, header.W_xh?.shape?.[1]];
  const data = buffer.slice(start);
  const read = ([name, shape]) => [name, readTensor(header, name, shape, data)];
  const params = Object.entries(tensorShapes(V, h)).map(read);
  return { vocabulary, V, h, params: Object.fromEntries(params) };
}

// Return the network of a page, whose file is in base64.
export function decodeNetwork(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return unpackNetwork(bytes.buffer);
}
