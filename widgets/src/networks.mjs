// Networks that a reader has trained or opened: the trainer offers them, and
// the playground writes with them, whichever of the two was started first.

const offered = (globalThis.offeredNetworks ??= []);

// A network has a `name`, `h` hidden units, a `vocabulary`, which counts each
// token, and `params`, numbers row after row by the names of the equations.
export function offer(network) {
  offered.push(network);
  document.dispatchEvent(new Event("network"));
}

// Return the networks offered so far, the newest last.
export function offeredNetworks() {
  return [...offered];
}
