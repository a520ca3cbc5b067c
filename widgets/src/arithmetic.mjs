// Matrices in one memory, and their product, which takes nearly all the time.
import { KERNEL } from "./kernel.mjs";

const LANES = 16; // columns that the kernel computes together
const BLOCK = 128; // terms of a sum in one go: so much of B stays in a cache
const NO_KERNEL =
  "The network needs WebAssembly, which is switched off here, by a policy of " +
  "this site or by Lockdown Mode: try another browser, or another device.";

// Return the number of columns that a matrix needs to have `count`, because the
// kernel computes several columns together.
export function padded(count) {
  return LANES * Math.ceil(count / LANES);
}

export function compile() {
  const bytes = Uint8Array.from(atob(KERNEL), (c) => c.charCodeAt(0));
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    throw new Error(NO_KERNEL);
  }
}

// Numbers in rows and columns. `row` and `column` are the strides: how far it
// is from one number to the one below, and to the one on the right.
class Matrix {
  constructor(data, rows, columns, row = columns, column = 1) {
    Object.assign(this, { data, rows, columns, row, column });
  }

  get transposed() {
    const { data, rows, columns, row, column } = this;
    return new Matrix(data, columns, rows, column, row);
  }

  // Return some of the rows, which stay where they are.
  slice(start, end) {
    const data = this.data.subarray(start * this.row, end * this.row);
    return new Matrix(data, end - start, this.columns);
  }

  addRow(i, other, j) {
    const [to, from] = [i * this.row, j * other.row];
    const { data, columns } = this;
    for (let p = 0; p < columns; p++) data[to + p] += other.data[from + p];
  }

  copy(other) {
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.columns; j++) {
        const from = i * other.row + j * other.column;
        this.data[i * this.row + j] = other.data[from];
      }
    }
  }

  // Copy numbers, row after row; their rows may be shorter.
  fill(numbers, columns) {
    for (let i = 0; i * columns < numbers.length; i++) {
      const line = numbers.subarray(i * columns, (i + 1) * columns);
      this.data.set(line, i * this.row);
    }
  }

  // Return the numbers of the first rows and columns, row after row.
  numbers(rows, columns) {
    const found = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const line = this.data.subarray(i * this.row, i * this.row + columns);
      found.set(line, i * columns);
    }
    return found;
  }
}

// Memory for matrices, and the product of those in it.
export class Workspace {
  // `shapes` has [rows, columns] of each matrix by name. All are zero at first.
  constructor(shapes, kernel) {
    const sizes = Object.values(shapes).map(([m, n]) => m * padded(n));
    const bytes = 4 * sizes.reduce((a, b) => a + b, 0);
    const initial = Math.ceil(bytes / 65536); // pages
    const page = { memory: new WebAssembly.Memory({ initial }) };
    const { exports } = new WebAssembly.Instance(kernel, { page });
    this.multiply = exports.addProduct; // which kernel.wat explains
    let place = 0;
    for (const [name, [rows, columns]] of Object.entries(shapes)) {
      const size = rows * padded(columns);
      const data = new Float32Array(page.memory.buffer, 4 * place, size);
      this[name] = new Matrix(data, rows, padded(columns));
      place += size;
    }
  }

  // Add the product of A and B to C. Only A may be transposed.
  addProduct(C, A, B) {
    for (let start = 0; start < B.rows; start += BLOCK) {
      this.multiply(
        C.data.byteOffset,
        A.data.byteOffset + 4 * start * A.column,
        B.data.byteOffset + 4 * start * B.row,
        C.rows,
        Math.min(BLOCK, B.rows - start),
        C.columns,
        4 * A.row,
        4 * A.column,
      );
    }
  }
}
