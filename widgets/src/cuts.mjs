// What a network would expect if it knew only the end of a text.
import { costOf, normalise } from "./decoding.mjs";
import { Network } from "./network.mjs";
import { encode, tokensOf } from "./text.mjs";

// It reads twice side by side, in two rows: from zeros, and from the state that
// a strange passage has left.
export class Cutter {
  // A network as safetensors.mjs reads it.
  constructor({ vocabulary, h, params }, kernel, passage) {
    this.tokens = tokensOf(vocabulary);
    const sizes = { V: this.tokens.length, h, batchSize: 2 };
    this.network = Object.assign(new Network(sizes, kernel), { params });
    this.read(encode(passage, this.tokens).symbols);
    this.start = this.network.state.slice();
    this.start.fill(0, 0, this.start.length / 2);
  }

  read(symbols) {
    for (const symbol of symbols) this.network.forward([symbol, symbol]);
  }

  // Return the log-probabilities of what follows some symbols, of both rows.
  expectAfter(symbols) {
    const { network, start } = this;
    network.state.set(start);
    this.read(symbols);
    const logits = network.workspace.O.numbers(2, network.V);
    return [logits.slice(0, network.V), logits.slice(network.V)].map(normalise);
  }

  // Let the network read a text, which is cut from then on. Return the
  // characters without a symbol.
  begin(clean) {
    const { symbols, unknown } = encode(clean, this.tokens);
    this.symbols = symbols;
    [this.all] = this.expectAfter(symbols);
    return unknown;
  }

  // Return what the network expects if only what follows a place is read, and
  // the bits that are lost, if what it expects with all of the text is right.
  cut(place) {
    const cuts = this.expectAfter(this.symbols.slice(place));
    return { cuts, bits: cuts.map((logQ) => costOf(logQ, this.all)) };
  }
}
