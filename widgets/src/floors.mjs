// The perplexities of those who only count letters, or pairs of letters.
import { countTokens } from "./text.mjs";

// Return the entropy of outcomes in nats, by their shares.
function entropy(all) {
  const shares = Object.values(countTokens(all)).map((n) => n / all.length);
  return -shares.reduce((sum, p) => sum + p * Math.log(p), 0);
}

// Return the perplexity for one who knows how often each symbol occurs.
export function letterPerplexity(symbols) {
  return Math.exp(entropy(symbols));
}

// Return it for one who knows how often each symbol follows each other one.
export function pairPerplexity(symbols) {
  const pairs = symbols.slice(1).map((symbol, i) => `${symbols[i]} ${symbol}`);
  return Math.exp(entropy(pairs) - entropy(symbols.slice(0, -1)));
}
