// A place for a text of the reader's choice, to train on.
import { button, box, element, paragraph } from "./elements.mjs";

const MOST = 20e6; // bytes of a file
const HELP =
  "Paste a page or more, take a file of plain text, or choose one of the texts " +
  "below. What you bring stays on this machine. The network reads the letters " +
  "a to z, and spaces; 1,300 of them are enough.";

async function readFile(file) {
  if (file.size > MOST) throw new Error("The file has more than 20 MB: take a part.");
  const text = await file.text();
  if (!/[\0\ufffd]/.test(text)) return text;
  throw new Error("The file is not plain text in UTF-8.");
}

export class OwnTextPanel {
  // `use` is called with a promise of a text. It rejects what is wrong, as may
  // each of the `choices`, functions by their names. The panel is filled into
  // `place`, if the page has it.
  constructor(use, choices, place) {
    this.place = place ?? element("details", { className: "own" });
    if (!place) this.place.append(element("summary", {}, "Your text"));
    this.area = element("textarea", { rows: 4, ariaLabel: "A text to train on" });
    const accept = ".txt,text/plain";
    const file = element("input", { type: "file", accept, ariaLabel: "A file" });
    file.onchange = () =>
      file.files[0] && this.take(() => use(readFile(file.files[0])));
    file.onclick = () => (file.value = ""); // the same one may be chosen again
    this.message = element("p", { className: "status", role: "status" });
    const own = () => this.take(() => use(this.area.value));
    const others = Object.entries(choices).map(([name, choose]) =>
      button(name, () => this.take(choose)),
    );
    this.place.append(
      paragraph("legend", HELP),
      box("buttons", ...others),
      this.area,
      box("buttons", button("Train on this text", own), file),
      this.message,
    );
  }

  // Take a text, and make room for what the network does with it.
  async take(choose) {
    this.message.textContent = "Reading …";
    try {
      await choose();
      this.message.textContent = "";
      this.place.open = false;
      this.place.querySelector("summary").focus({ preventScroll: true });
    } catch (error) {
      this.message.textContent = error.message;
    }
  }
}
