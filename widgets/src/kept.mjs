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
  const kept = {
    file: btoa(bytes.map((byte) => String.fromCharCode(byte)).join("")),
    text: { name, symbols, heldOut: next, used },
    written: samples.map(({ epoch, text }) => [epoch, text]),
    ...{ settings: run.settings, changes, clipped: run.clipped },
    ...{ perplexity, norm, heldOut },
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

// Return the run that is kept, or null. `novel` is the text of the page. What
// is damaged is forgotten, and told by an error.
export function restore(novel) {
  const kept = read();
  if (!kept) return null;
  try {
    return makeRun(JSON.parse(kept), novel);
  } catch {
    forget();
    throw new Error("The network kept in this browser was damaged: it is gone.");
  }
}

function makeRun({ file, settings, text: own, changes, written, ...curves }, novel) {
  const { vocabulary, params } = decodeNetwork(file);
  const text = own.name === "" ? novel : makeText({ ...own, vocabulary }, own.name);
  const run = new Run(text, readSettings(settings), []);
  Object.assign(run, { ...curves, params, changes: readChanges(changes) });
  for (const [epoch, sample] of written) run.addSample(sample, epoch);
  return run;
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
