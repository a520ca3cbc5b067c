// Formulas, in which "dH_2" is a symbol with its index, and "W_hh^T" a
// transpose.
import { h } from "../vendor/preact.mjs";

// Return a formula as a label of a drawing.
export function formula(x, y, text, attributes) {
  let raised = 0;
  const parts = splitScripts(text).map(([part, sign]) => {
    const shift = { "": 0, "^": -5, _: 3 }[sign];
    const dy = shift - raised;
    raised = shift;
    return h("tspan", { dy, "font-size": sign ? 11 : undefined }, part);
  });
  return h("text", { x, y, ...attributes }, parts);
}

// Return a text with formulas as parts of a page.
export function toNodes(text) {
  const names = { "^": "sup", _: "sub" };
  return splitScripts(text).map(([part, sign]) =>
    sign ? h(names[sign], {}, part) : part,
  );
}

// Return a text with formulas as a screen reader is to read it.
export function toSpeech(text) {
  const words = { "": "", "^": " to the power ", _: " " };
  const parts = splitScripts(text.replaceAll("^T", " transposed"));
  return parts.map(([part, sign]) => words[sign] + part).join("");
}

// Split a text into parts with their signs: "_" for an index, "^" for an
// exponent, and "" for the rest.
function splitScripts(text) {
  const parts = text.split(/([_^][−A-Za-z0-9]+)/).filter(Boolean);
  return parts.map((part) => {
    const sign = /^[_^]/.test(part) ? part[0] : "";
    return [part.slice(sign.length), sign];
  });
}
