// The text that a network has read, with the surprise under each character,
// and after it the text that it has written.
import { element } from "./element.mjs";

const SHOWN = 400; // characters of a long text: the last ones
const FULL = 20; // bits: a bar of full height

// `tell` is given the surprise of a character that the reader touches.
export function makeTyped(tell) {
  const read = element("span", { className: "read" });
  const written = element("span", { className: "written" });
  const box = { className: "text", tabIndex: 0, role: "group" };
  const figure = element("div", box, read, written);
  figure.ariaLabel = "The text so far";
  const legend = element(
    "p",
    { className: "legend" },
    "Under each character that you typed: how surprising it was. A full bar " +
      `is ${FULL} bits; touch a character to read its number.`,
  );
  read.setAttribute("role", "img");
  read.onclick = ({ target }) => target.title && tell(target.title);

  function show(clean, bits) {
    const start = Math.max(0, [...clean].length - SHOWN);
    const characters = [...clean].slice(start);
    const marked = characters.map((character, i) =>
      mark(character, bits[start + i - 1]),
    );
    read.replaceChildren(...(start > 0 ? ["… "] : []), ...marked);
    read.ariaLabel = describe(clean, bits);
    written.textContent = "";
  }

  return {
    place: element("div", {}, figure, legend),
    show,
    go(text) {
      written.textContent = text;
      figure.scrollTop = figure.scrollHeight; // what is new is seen
    },
  };
}

// Return a character with a bar under it, if it had been expected or not.
function mark(character, bits) {
  const place = element("span", { className: "character" }, character);
  if (bits !== undefined) {
    const height = Math.min(1, bits / FULL);
    place.style.setProperty("--surprise", height.toFixed(3));
    place.title = `“${character}”: ${bits.toFixed(1)} bits`;
  }
  return place;
}

// Say which character was the most surprising.
export function describe(clean, bits) {
  if (bits.length === 0) return `Read: ${clean}`;
  const most = bits.reduce((a, b) => Math.max(a, b));
  const place = bits.indexOf(most) + 1;
  const characters = [...clean];
  const before = characters.slice(Math.max(0, place - 12), place).join("");
  const next = characters[place] === " " ? "a space" : `“${characters[place]}”`;
  return (
    `Read: ${clean.slice(-200)}. The greatest surprise was ${next} after ` +
    `“${before}”, ${most.toFixed(1)} bits.`
  );
}
