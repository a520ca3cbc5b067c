// Networks that a reader has trained or opened: the trainer offers them, and
// the playground writes with them, whichever of the two was started first.

export const offered = (globalThis.offeredNetworks ??= []); // the newest last

// A network has a `name`, `h` hidden units, a `vocabulary`, which counts each
// token, and `params`, numbers row after row by the names of the equations.
export function offer(network) {
  offered.push(network);
  document.dispatchEvent(new Event("network"));
}
