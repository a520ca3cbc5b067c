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

  read({ index, text, seed, settings }) {
    writer = writers[index];
    const read = writer.read(text, seed);
    return read.clean ? { ...read, ...writer.inspect(settings) } : read;
  },

  inspect({ settings }) {
    return writer.inspect(settings);
  },

  write({ count, settings }) {
    let text = "";
    for (let i = 0; i < count; i++) text += writer.write(settings);
    return { text, ...writer.inspect(settings) };
  },

  append({ symbol, settings }) {
    return { text: writer.append(symbol), ...writer.inspect(settings) };
  },
});
