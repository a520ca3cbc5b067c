// A place for a text of the reader's choice, to train on.
import { button, box, element, paragraph } from "./elements.mjs";

const MOST = 20e6; // bytes of a file
const HELP =
  "Paste a page or more, drop a file of plain text here, or choose one of the " +
  "texts below. What you bring stays on this machine. The network reads the " +
  "letters a to z, and spaces; 1,300 of them are enough.";

export class OwnTextPanel {
  // `use` is called with a text, and promises what is wrong with it, if
  // anything is. So does each of the `choices`, functions by their names. The
  // panel is filled into `place`, if the page has it.
  constructor(use, choices, place) {
    this.place = place ?? element("details", { className: "own" });
    if (!place) this.place.append(element("summary", {}, "Your text"));
    this.area = element("textarea", { rows: 4, ariaLabel: "A text to train on" });
    const accept = ".txt,text/plain";
    const file = element("input", { type: "file", accept });
    file.onchange = () => file.files[0] && this.read(file.files[0], use);
    file.onclick = () => (file.value = ""); // the same one may be chosen again
    this.message = element("p", { className: "status", role: "status" });
    const label = element("label", {}, element("span", {}, "A file"), file);
    const own = () => this.take(() => use(this.area.value));
    const others = Object.entries(choices).map(([name, choose]) =>
      button(name, () => this.take(choose)),
    );
    this.place.append(
      paragraph("legend", HELP),
      box("buttons", ...others),
      this.area,
      box("row", button("Train on this text", own), label),
      this.message,
    );
    this.place.ondrop = (event) => this.drop(event, use);
    this.place.ondragover = (event) => event.preventDefault();
  }

  drop(event, use) {
    const [file] = event.dataTransfer.files;
    if (!file) return; // the browser puts a text into the area
    event.preventDefault();
    this.read(file, use);
  }

  async read(file, use) {
    this.place.open = true;
    if (file.size > MOST) {
      this.message.textContent = "The file has more than 20 MB: take a part.";
      return;
    }
    const text = await file.text();
    if (/[\0\ufffd]/.test(text)) {
      this.message.textContent = "The file is not plain text in UTF-8.";
      return;
    }
    this.take(() => use(text));
  }

  // Take a text, and make room for what the network does with it.
  async take(choose) {
    this.message.textContent = "Reading …";
    this.message.textContent = await choose();
    if (this.message.textContent) return;
    this.place.open = false;
    this.place.querySelector("summary").focus({ preventScroll: true });
  }
}
