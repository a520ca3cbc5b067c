// A network that reads and writes, and can be inspected meanwhile.
import { makeStrategy, normalise, sampleSymbol } from "./decoding.mjs";
import { Network, parameterShapes } from "./network.mjs";
import { Generator } from "./random.mjs";
import { alignPrefix, encode } from "./text.mjs";

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
  // `tokens` are the characters of the vocabulary, without the unknown token.
  // The parameters are given, or `decode` reads them from the weights.
  constructor(facts, kernel, decode = decodeParams) {
    const { V, h, tokens, weights, params } = facts;
    this.network = new Network({ V, h }, kernel);
    this.network.params = params ?? decode(V, h, weights);
    this.tokens = ["<unk>", ...tokens];
  }

  // Begin with a text. Return it as it is read, the characters without a
  // symbol, and how many pieces there are to be read by `readOn`.
  begin(text, seed) {
    this.generator = new Generator(seed);
    this.pieces = alignPrefix(text);
    const clean = this.pieces.map(({ read }) => read).join("");
    const { symbols, unknown } = encode(clean, this.tokens);
    this.symbols = symbols.values(); // one after the other
    this.network.reset();
    this.logits = null; // nothing precedes the first character
    return { clean, unknown, count: this.pieces.length };
  }

  // Read some more pieces. Return their texts, whether they are read, and the
  // surprise of each in bits, except the first, which nothing precedes.
  readOn(count) {
    return this.pieces.splice(0, count).map(({ typed, read }) => {
      const all = [...read].map(() => this.read(this.symbols.next().value));
      const known = all.filter((bits) => bits !== null);
      const bits = known.length > 0 ? known.reduce((a, b) => a + b) : null;
      return { text: typed, isRead: read !== "", bits };
    });
  }

  // Read a symbol; return its surprise, by the network alone.
  read(symbol) {
    const logP = this.logits && normalise(this.logits);
    this.logits = this.network.read(symbol);
    return logP && -logP[symbol] / Math.LN2;
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

  // Write one character, drawn by the strategy; return it with its surprise.
  write(settings) {
    const logQ = makeStrategy(settings)(this.possibleLogits());
    return this.append(this.tokens[sampleSymbol(logQ, this.generator.uniform())]);
  }

  // Go on from a character; return it with its surprise.
  append(token) {
    return { text: token, bits: this.read(this.tokens.indexOf(token)) };
  }
}
