// The worker of the playground: it holds the networks.
import { compile } from "./arithmetic.mjs";
import { serve } from "./connection.mjs";
import { decodeNetwork } from "./safetensors.mjs";
import { Writer } from "./writer.mjs";

let kernel; // compiled when asked, so that what fails is an answer
const writers = [];
let writer; // the one in use

serve({
  // Take a network of the reader, or one of the page, as its file in base64.
  // Return its vocabulary.
  load({ index, network, file }) {
    kernel ??= compile();
    const found = file ? decodeNetwork(file) : network;
    writers[index] = new Writer(found, kernel);
    return found.vocabulary;
  },

  begin({ index, text, seed }) {
    writer = writers[index];
    return writer.begin(text, seed);
  },

  read({ count, settings }) {
    const cells = writer.readOn(count);
    return { cells, ...(writer.logits && writer.inspect(settings)) };
  },

  inspect({ settings }) {
    return writer.inspect(settings);
  },

  cut({ place, passage }) {
    return writer.cut(place, passage);
  },

  write({ count, settings }) {
    const cells = Array.from({ length: count }, () => writer.write(settings));
    return { cells, ...writer.inspect(settings) };
  },

  append({ token, settings }) {
    return { cells: [writer.append(token)], ...writer.inspect(settings) };
  },
});
