// The network that the reader trained last, kept in the browser.
import { box, button, element } from "./elements.mjs";
import { Run, makeText } from "./runs.mjs";
import { decodeNetwork, packNetwork } from "./safetensors.mjs";
import { readChanges, readSettings } from "./trainer_settings.mjs";

const NAME = "charrnn-network";
const KEPT = "This network is kept in your browser, also when you leave.";

// Keep a run with its parameters. Throw an error if there is no room for it.
export function keep(run, network) {
  const { text, perplexity, norm, heldOut, samples, changes } = run;
  const { name, symbols, heldOut: next, used } = text;
  const bytes = [...packNetwork(network)];
  const file = btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
  const facts = { text: { name, symbols, heldOut: next, used }, file, changes };
  const curves = { perplexity, norm, heldOut, clipped: run.clipped };
  const written = samples.map(({ epoch, text }) => [epoch, text]);
  const kept = { settings: run.settings, ...facts, ...curves, written };
  localStorage.setItem(NAME, JSON.stringify(kept));
}

function read() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null; // the browser keeps nothing
  }
}

// Return the run that is kept, or null. `novel` is the text of the page.
export function restore(novel) {
  const kept = JSON.parse(read());
  if (!kept) return null;
  const { vocabulary, params } = decodeNetwork(kept.file);
  const own = { ...kept.text, vocabulary };
  const text = own.name === "" ? novel : makeText(own, own.name);
  const run = new Run(text, readSettings(kept.settings), []);
  const finite = (values) => values.map((value) => value ?? Infinity);
  run.perplexity = finite(kept.perplexity);
  run.norm = finite(kept.norm);
  run.changes = readChanges(kept.changes);
  for (const [epoch, sample] of kept.written) run.addSample(sample, epoch);
  const { heldOut, clipped } = kept;
  return Object.assign(run, { heldOut, clipped, params });
}

export function forget() {
  localStorage.removeItem(NAME);
}

// Return a line that says that a network is kept, and a button to forget it.
export function makeLine(act) {
  const forgetting = button("Forget it", act);
  const line = box("buttons kept", element("span", {}, KEPT), forgetting);
  line.hidden = true;
  return line;
}
