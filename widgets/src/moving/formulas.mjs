// Formulas, in which "dH_2" is a symbol with its index, and "W_hh^T" a
// transpose.
import { element, svgElement } from "../elements.mjs";
import { label } from "../shapes.mjs";

// Return a formula as a label of a drawing.
export function formula(x, y, text, attributes) {
  const made = label(x, y, "", attributes);
  let raised = 0;
  for (const [part, sign] of splitScripts(text)) {
    const shift = { "": 0, "^": -5, _: 3 }[sign];
    const style = sign ? { "font-size": 11 } : {};
    made.append(svgElement("tspan", { dy: shift - raised, ...style }, part));
    raised = shift;
  }
  return made;
}

// Return a text with formulas as nodes of a page.
export function toNodes(text) {
  const names = { "^": "sup", _: "sub" };
  return splitScripts(text).map(([part, sign]) =>
    sign ? element(names[sign], {}, part) : part,
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
