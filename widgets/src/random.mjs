// Random numbers from a seed, the same in every browser.

// The generator "small fast counting" of Chris Doty-Humphrey, which PractRand,
// a collection of tests for generators, calls sfc32.
export class Generator {
  constructor(seed) {
    // a, b, and c begin with the seed, and the last one counts.
    this.words = Uint32Array.of(0, seed, Math.floor(seed / 2 ** 32), 1);
    for (let i = 0; i < 12; i++) this.next();
  }

  // Return an integer of 32 bits.
  next() {
    const words = this.words;
    const [a, b, c, counter] = words;
    words[3] = counter + 1;
    words[0] = b ^ (b >>> 9);
    words[1] = c + (c << 3);
    const drawn = (a + b + counter) >>> 0;
    words[2] = ((c << 21) | (c >>> 11)) + drawn;
    return drawn;
  }

  // Return a number from 0 to 1, without 1.
  uniform() {
    return this.next() / 2 ** 32;
  }

  // Return an integer from 0 to `limit`, without it.
  below(limit) {
    return Math.floor(this.uniform() * limit);
  }

  // Return a number of the standard normal distribution (Box and Muller 1958).
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  // Return the integers from 0 to `count` - 1 in random order.
  permutation(count) {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
