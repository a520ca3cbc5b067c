// What the widgets that write share: weights, and how a text was read.
import { element } from "./elements.mjs";

// Return the weights that an element holds, or those in the file it names.
export async function loadWeights(holder) {
  if (!holder.dataset.src) return JSON.parse(holder.textContent);
  const script = element("script", { src: holder.dataset.src });
  await new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    document.head.append(script);
  });
  script.remove();
  if (script.data) return script.data;
  throw new Error(
    `The weights of the network cannot be read from ${script.src}. Is the ` +
      "site complete, and is there a connection?",
  );
}

// Return in a sentence or two how a text was read.
export function describeReading(clean, unknown, bits, typed) {
  if (clean === "") return "There is no character to begin with: type a letter.";
  const parts = [];
  if (clean !== typed) {
    const short = clean.length > 60 ? `${clean.slice(0, 60)} …` : clean;
    const end = /\s$/.test(typed) ? ", without the space at its end" : "";
    parts.push(`Read as “${short}”${end}.`);
  }
  if (unknown.length > 0) {
    const names = unknown.map((character) => `“${character}”`).join(", ");
    parts.push(`Not in the vocabulary, and read as <unk>: ${names}.`);
  }
  if (bits.length > 0) {
    const mean = bits.reduce((a, b) => a + b) / bits.length;
    parts.push(`On average ${mean.toFixed(1)} bits a character.`);
  }
  return parts.join(" ");
}
