// How numbers are compared.

// Return numbers as they lie in memory, so that 0 and -0 differ.
export function bits({ buffer, byteOffset, length }) {
  return new Uint32Array(buffer, byteOffset, length);
}

// Assert that numbers are as close as they can be expected to be.
export function assertClose(numbers, expected, tolerance) {
  const pairs = Array.from(expected, (value, i) => [numbers[i], value]);
  const wrong = pairs.filter(([a, b]) => !(Math.abs(a - b) <= tolerance));
  if (wrong.length || numbers.length !== expected.length) {
    throw new Error(
      `${wrong.length} of ${numbers.length} differ: ${wrong.slice(0, 3)}`,
    );
  }
}
