// The text that a network has read, with the surprise under each character,
// and after it the text that it has written.
import { box, element, paragraph } from "./elements.mjs";

const SHOWN = 400; // characters of a long text: the last ones
const FULL = 20; // bits: a bar of full height
const TEXT_LEGEND =
  "Under each character that you typed: how surprising it was. A full bar is " +
  `${FULL} bits; touch a character to read its number.`;

export class Transcript {
  // `say` is called with the surprise of a character that the reader touches.
  constructor(say) {
    this.read = element("span", { className: "read", role: "img" });
    this.read.onclick = ({ target }) => target.title && say(target.title);
    this.written = element("span", { className: "written" });
    this.box = box("transcript", this.read, this.written);
    Object.assign(this.box, { tabIndex: 0, role: "group" });
    this.box.ariaLabel = "The text so far";
    this.place = box("", this.box, paragraph("legend", TEXT_LEGEND));
  }

  showRead(text, bits) {
    const first = Math.max(0, [...text].length - SHOWN);
    const characters = [...text].slice(first);
    const marked = characters.map((character, i) =>
      markCharacter(character, bits[first + i - 1]),
    );
    this.read.replaceChildren(...(first > 0 ? ["… "] : []), ...marked);
    this.read.ariaLabel = describeSurprise(text, bits);
    this.written.textContent = "";
  }

  showWritten(text) {
    this.written.textContent = text;
    this.box.scrollTop = this.box.scrollHeight; // what is new is seen
  }
}

// Return a character, with a bar under it if its surprise is known.
function markCharacter(character, bits) {
  const place = element("span", { className: "character" }, character);
  if (bits !== undefined) {
    const share = Math.min(1, bits / FULL);
    place.style.setProperty("--share", share.toFixed(3));
    place.title = `“${character}”: ${bits.toFixed(1)} bits`;
  }
  return place;
}

// Name the character that was the most surprising.
function describeSurprise(text, bits) {
  if (bits.length === 0) return `Read: ${text}`;
  const most = bits.reduce((a, b) => Math.max(a, b));
  const place = bits.indexOf(most) + 1;
  const characters = [...text];
  const before = characters.slice(Math.max(0, place - 12), place).join("");
  const next = characters[place] === " " ? "a space" : `“${characters[place]}”`;
  return (
    `Read: ${text.slice(-200)}. The greatest surprise was ${next} after ` +
    `“${before}”, ${most.toFixed(1)} bits.`
  );
}
