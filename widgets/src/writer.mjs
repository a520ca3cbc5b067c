// A network that reads and writes, and can be inspected meanwhile.
import { makeStrategy, normalise, sampleSymbol } from "./decoding.mjs";
import { Network } from "./network.mjs";
import { Generator } from "./random.mjs";
import { alignPrefix, encode, isFolded, tokensOf } from "./text.mjs";

export class Writer {
  // A network as safetensors.mjs reads it, or a reader has trained it.
  constructor({ vocabulary, h, params }, kernel) {
    this.tokens = tokensOf(vocabulary);
    this.lettersOnly = isFolded(this.tokens);
    this.network = new Network({ V: this.tokens.length, h }, kernel);
    this.network.params = params;
  }

  // Begin with a text. Return it as it is read, the characters without a
  // symbol, and its pieces: their texts, whether they are read, and the
  // surprise of each in bits, except the first, which nothing precedes.
  begin(text, seed) {
    this.generator = new Generator(seed);
    this.network.reset();
    this.past = []; // symbols
    this.logits = null; // nothing precedes the first character
    const pieces = alignPrefix(text, this.lettersOnly);
    const clean = pieces.map(({ read }) => read).join("");
    const { symbols, unknown } = encode(clean, this.tokens);
    const rest = symbols.values(); // one after the other
    const cells = pieces.map(({ typed, read }) => {
      const all = [...read].map(() => this.read(rest.next().value));
      const known = all.filter((bits) => bits !== null);
      const bits = known.length > 0 ? known.reduce((a, b) => a + b) : null;
      return { text: typed, isRead: read !== "", bits };
    });
    return { clean, unknown, cells };
  }

  // Read a symbol; return its surprise, by the network alone.
  read(symbol) {
    const logP = this.logits && normalise(this.logits);
    this.logits = this.network.read(symbol);
    this.past.push(symbol);
    return logP && -logP[symbol] / Math.LN2;
  }

  // Return the log-probabilities of what follows the text if only the symbols
  // from a place on are read, from some state.
  expectAfterCut(place, state) {
    this.network.state.set(state);
    const all = this.past.slice(place).map((symbol) => this.network.read(symbol));
    return normalise(all.at(-1));
  }

  // Return the logits, where the unknown symbol is excluded.
  possibleLogits() {
    return this.logits.map((logit, i) => (i === 0 ? -Infinity : logit));
  }

  // Return the probabilities of the next character, by the network and by the
  // strategy.
  inspect(settings) {
    const p = normalise(this.possibleLogits()).map(Math.exp);
    const q = makeStrategy(settings)(this.possibleLogits()).map(Math.exp);
    return { p, q };
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
