// The worker of the playground: it holds the networks.
import { compile } from "./arithmetic.mjs";
import { serve } from "./connection.mjs";
import { Writer } from "./writer.mjs";

const kernel = compile(KERNEL);
const writers = [];
let writer; // the one in use

serve({
  load({ index, network }) {
    writers[index] ??= new Writer(network, kernel);
  },

  begin({ index, text, seed, settings }) {
    writer = writers[index];
    const read = writer.begin(text, seed);
    return read.clean ? { ...read, ...writer.look(settings) } : read;
  },

  look({ settings }) {
    return writer.look(settings);
  },

  write({ count, settings }) {
    let text = "";
    for (let i = 0; i < count; i++) text += writer.write(settings);
    return { text, ...writer.look(settings) };
  },

  take({ symbol, settings }) {
    return { text: writer.take(symbol), ...writer.look(settings) };
  },
});
