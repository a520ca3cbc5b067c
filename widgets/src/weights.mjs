// The weights of networks, which are loaded when they are needed.
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
