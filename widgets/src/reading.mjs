// What the widgets that write share: networks, and how a text was read.
import { element } from "./elements.mjs";
import { BLANKS } from "./text.mjs";

// Return the text that an element holds, or that in the file it names.
async function readText(holder) {
  if (!holder.dataset.src) return JSON.parse(holder.textContent);
  const script = element("script", { src: holder.dataset.src });
  await new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    document.head.append(script);
  });
  script.remove();
  if (script.data) return script.data;
  const problem = `A file of this page cannot be read: ${script.src}`;
  throw new Error(`${problem}. Is the site complete, and is there a connection?`);
}

// Promise this text, which is read once, or again if that failed.
export function loadText(holder) {
  holder.loading ??= readText(holder).catch((error) => {
    holder.loading = null;
    throw error;
  });
  return holder.loading;
}

const HIDDEN = /\p{C}/gu; // not seen, though it may turn the text around
const MANY = 12;

// Quote a text in a message, whatever its characters are.
export function quote(text) {
  const nameHidden = (character) => {
    if (character in BLANKS) return BLANKS[character].sign;
    const digits = character.codePointAt(0).toString(16).toUpperCase();
    return `U+${digits.padStart(4, "0")}`; // as Unicode does
  };
  return `\u2068“${text.replace(HIDDEN, nameHidden)}”\u2069`; // isolated
}

// Return in a sentence or two how a text was read.
export function describeReading(clean, unknown, typed) {
  if (clean === "") return "There is no character to begin with: type a letter.";
  const parts = [];
  if (clean !== typed) {
    const short = clean.length > 32 ? `${clean.slice(0, 32)} …` : clean;
    const end = /\s$/.test(typed) ? ", without the space at its end" : "";
    parts.push(`Read as ${quote(short)}${end}.`);
  }
  if (unknown.length > 0) {
    const names = unknown.slice(0, MANY).map(quote).join(", ");
    const more = unknown.length > MANY ? " and more" : "";
    parts.push(`Unknown to the network: ${names}${more}.`);
  }
  return parts.join(" ");
}

// Show a letter in an element; a space is visible, and has a name.
export function showLetter(place, token) {
  const { sign, name } = BLANKS[token] ?? { sign: token, name: null };
  Object.assign(place, { textContent: sign, role: name && "img", ariaLabel: name });
}
