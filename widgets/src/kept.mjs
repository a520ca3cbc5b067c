// The network that the reader trained last, kept in the browser.
import { packNetwork } from "./safetensors.mjs";

const NAME = "charrnn-network";

// Keep a network, as its file in base64, with what its run needs to go on.
// Throw an error if there is no room for it.
export function keep(network, run) {
  const bytes = [...packNetwork(network)];
  const file = btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
  const { name, prefix } = network;
  localStorage.setItem(NAME, JSON.stringify({ file, name, prefix, run }));
}

// Return what is kept, or null. Throw an error if it is damaged.
export function readKept() {
  try {
    return JSON.parse(localStorage.getItem(NAME));
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    return null; // the browser keeps nothing
  }
}

export function forget() {
  localStorage.removeItem(NAME);
}
