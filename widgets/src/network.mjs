// The network of the chapter, one character at a time.
import { Workspace, padded } from "./arithmetic.mjs";

// The shapes of the parameters, by their names in the equations.
export function parameterShapes(V, h) {
  return { W_xh: [V, h], W_hh: [h, h], b_h: [1, h], W_hq: [h, V], b_q: [1, V] };
}

// Return the parameters in a workspace by name, as numbers row after row.
export function readParams(workspace, V, h) {
  const shapes = Object.entries(parameterShapes(V, h));
  return Object.fromEntries(
    shapes.map(([name, [m, n]]) => [name, workspace[name].numbers(m, n)]),
  );
}

// Replace the parameters in a workspace by such numbers.
export function writeParams(workspace, V, h, params) {
  for (const [name, [, columns]] of Object.entries(parameterShapes(V, h))) {
    workspace[name].fill(params[name], columns);
  }
}

// Replace each number of a matrix by its tanh.
export function applyTanh({ data }) {
  for (let i = 0; i < data.length; i++) data[i] = Math.tanh(data[i]);
}

export class Network {
  constructor(V, h, params, kernel) {
    const state = { H: [1, h], A: [1, h], O: [1, V] };
    const shapes = parameterShapes(V, padded(h));
    this.workspace = new Workspace({ ...shapes, ...state }, kernel);
    writeParams(this.workspace, V, h, params);
    Object.assign(this, { V, h });
  }

  get state() {
    return this.workspace.H.numbers(1, this.h);
  }

  // Reset the state to zeros.
  reset() {
    this.workspace.H.data.fill(0);
  }

  // Read a symbol, and return the logits of the one that follows.
  step(symbol) {
    const { workspace, V } = this;
    const { W_xh, W_hh, b_h, W_hq, b_q, H, A, O } = workspace;
    A.setRow(0, W_xh, symbol); // the row that a one-hot vector selects
    A.addRow(0, b_h, 0);
    workspace.addProduct(A, H, W_hh);
    applyTanh(A);
    H.setRow(0, A, 0); // (eq-hidden)
    O.setRow(0, b_q, 0);
    workspace.addProduct(O, H, W_hq); // (eq-output)
    return O.numbers(1, V);
  }
}
