// The network that the reader trained last, kept in the browser.
import { Run, makeText } from "./runs.mjs";
import { decodeNetwork, packNetwork } from "./safetensors.mjs";
import { tokensOf } from "./text.mjs";

const NAME = "charrnn-network";
export const KEPT =
  "The network that you trained last is kept in this browser, even after you " +
  "leave.";

// Keep a run with its parameters. Throw an error if there is no room for it.
export function keep(run, network) {
  const { text, settings, changes, planned, samples } = run;
  const { perplexity, norm, heldOut, clipped } = run;
  const bytes = [...packNetwork(network)];
  const kept = {
    file: btoa(bytes.map((byte) => String.fromCharCode(byte)).join("")),
    ...{ text, settings, changes, planned, perplexity, norm, heldOut, clipped },
    written: samples.map(({ epoch, text }) => [epoch, text]),
  };
  localStorage.setItem(NAME, JSON.stringify(kept));
}

function read() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null; // the browser keeps nothing
  }
}

// Return the run that is kept, or null. `novel` is the text of the page. Throw
// an error if it is damaged, or of another novel.
export function restore(novel) {
  const kept = JSON.parse(read());
  if (!kept) return null;
  const { file, text: own, written, ...facts } = kept;
  const { vocabulary, params } = decodeNetwork(file);
  const text = own.name === "" ? novel : makeText({ ...own, vocabulary }, own.name);
  const tokens = tokensOf(vocabulary).join();
  if (tokens !== text.tokens.join()) throw new Error("It has other symbols.");
  const run = Object.assign(new Run(text), { ...facts, params });
  for (const [epoch, sample] of written) run.addSample(sample, epoch);
  run.rewind();
  return run;
}

export function forget() {
  localStorage.removeItem(NAME);
}
