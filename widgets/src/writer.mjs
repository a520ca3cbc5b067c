// A network that reads and writes, and can be inspected meanwhile.
import {
  costOf, makeStrategy, normalise, ranked, sampleSymbol,
} from "./decoding.mjs";
import { Network } from "./network.mjs";
import { Generator } from "./random.mjs";
import { alignPrefix, encode, hasLettersOnly, tokensOf } from "./text.mjs";

const SEEN = 60; // characters among which one can cut
const AFTER = 4; // characters after the first cut
const ROWS = 6; // characters whose probabilities are compared

export class Writer {
  // A network as safetensors.mjs reads it, or a reader has trained it.
  constructor({ vocabulary, h, params }, kernel) {
    this.tokens = tokensOf(vocabulary);
    this.lettersOnly = hasLettersOnly(this.tokens);
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

  // Return the log-probabilities of what follows some symbols that are read from
  // a state of zeros. The state of the text is kept.
  expectAfter(symbols) {
    const { network } = this;
    const { data } = network.at(network.workspace.H, network.numSteps);
    const state = data.slice();
    network.reset();
    const [logits] = symbols.map((symbol) => network.read(symbol)).slice(-1);
    data.set(state);
    return normalise(logits);
  }

  // Cut the text after `place` characters, or before its last four: return where
  // it is cut, the characters around, what the network expects, what it would
  // expect if it knew only those after the cut, from zeros and after another
  // passage, and the difference; nothing of it if there is nothing to cut.
  cut(place, passage) {
    const { length } = this.past;
    if (length < 2) return {};
    const first = Math.max(0, length - SEEN);
    const wanted = place ?? length - AFTER;
    const at = Math.min(Math.max(wanted, first + 1), length - 1);
    const all = normalise(this.logits);
    const { symbols } = encode(passage, this.tokens);
    const cuts = [[], symbols].map((before) =>
      this.expectAfter([...before, ...this.past.slice(at)]),
    );
    const rows = ranked(all).slice(0, ROWS).map((symbol) => ({
      token: this.tokens[symbol],
      shares: [all, ...cuts].map((logP) => Math.exp(logP[symbol])),
    }));
    const letters = this.past.slice(first).map((symbol) => this.tokens[symbol]);
    const bits = cuts.map((logQ) => costOf(logQ, all));
    return { place: at, first, letters, rows, bits };
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
