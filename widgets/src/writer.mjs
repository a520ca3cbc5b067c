// A network that reads and writes, and can be inspected meanwhile.
import { makeStrategy, normalise, sampleSymbol } from "./decoding.mjs";
import { Network, parameterShapes } from "./network.mjs";
import { Generator } from "./random.mjs";
import { cleanPrefix, encode } from "./text.mjs";

function decodeBytes(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

// Return the parameters that a text holds, as `encode` of playground.py wrote
// it: three bytes a number.
function decodeParams(V, h, base64) {
  const bytes = decodeBytes(base64);
  const count = bytes.length / 3;
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const [high, middle] = [bytes[i], bytes[count + i]];
    words[i] = (high << 24) | (middle << 16) | (bytes[2 * count + i] << 8);
  }
  const numbers = new Float32Array(words.buffer);
  let place = 0;
  const params = {};
  const shapes = Object.entries(parameterShapes(V, h));
  for (const [name, [rows, columns]] of shapes) {
    params[name] = numbers.subarray(place, (place += rows * columns));
  }
  if (place === count) return params;
  throw new Error(`The network has ${place} weights, and ${count} came.`);
}

// The same, as `encode_rows` wrote it: a byte a number, after the unit of a row.
export function decodeRows(V, h, base64) {
  const view = new DataView(decodeBytes(base64).buffer);
  let [place, unit] = [0, 0];
  const params = {};
  const shapes = Object.entries(parameterShapes(V, h));
  for (const [name, [rows, columns]] of shapes) {
    params[name] = new Float32Array(rows * columns).map((_, i) => {
      if (i % columns === 0) {
        unit = view.getFloat32(place, true);
        place += 4;
      }
      return unit * view.getInt8(place++);
    });
  }
  if (place !== view.byteLength) throw new Error("The weights do not fit.");
  return params;
}

export class Writer {
  // `tokens` are the characters of the vocabulary, without the unknown token,
  // and `decode` is what reads the weights.
  constructor({ V, h, tokens, weights }, kernel, decode = decodeParams) {
    this.network = new Network({ V, h }, kernel);
    this.network.params = decode(V, h, weights);
    this.tokens = ["<unk>", ...tokens];
  }

  // Read a text from the beginning. Return it as it was read, the characters
  // without a symbol, and the surprise of each character in bits, except the
  // first, which nothing precedes.
  read(text, seed) {
    this.generator = new Generator(seed);
    const clean = cleanPrefix(text);
    const { symbols, unknown } = encode(clean, this.tokens);
    const bits = [];
    this.network.reset();
    symbols.forEach((symbol, i) => {
      if (i > 0) bits.push(-normalise(this.logits)[symbol] / Math.LN2);
      this.logits = this.network.read(symbol);
    });
    return { clean, unknown, bits };
  }

  // Return the logits, where the unknown symbol is excluded.
  possibleLogits() {
    return this.logits.map((logit, i) => (i === 0 ? -Infinity : logit));
  }

  // Return the probabilities of the next character, by the network and by the
  // strategy, and the hidden state.
  inspect(settings) {
    const p = normalise(this.possibleLogits()).map(Math.exp);
    const q = makeStrategy(settings)(this.possibleLogits()).map(Math.exp);
    return { p, q, state: this.network.state };
  }

  // Write one character, drawn by the strategy; return it.
  write(settings) {
    const logQ = makeStrategy(settings)(this.possibleLogits());
    return this.append(sampleSymbol(logQ, this.generator.uniform()));
  }

  // Go on from a symbol; return its character.
  append(symbol) {
    this.logits = this.network.read(symbol);
    return this.tokens[symbol];
  }
}
