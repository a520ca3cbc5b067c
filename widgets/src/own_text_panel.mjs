// A place for a text of the reader, to train on.
import { button, box, element, paragraph } from "./elements.mjs";

const MOST = 20e6; // bytes of a file
const HELP =
  "Paste a page or more, or drop a file of plain text. It stays on this " +
  "machine. The network reads the letters a to z and spaces.";

export class OwnTextPanel {
  // `use` is called with the text, and promises a message; `leave` brings the
  // novel back.
  constructor(use, leave) {
    this.use = use;
    this.area = element("textarea", { rows: 4, ariaLabel: "A text to train on" });
    const accept = ".txt,text/plain";
    const file = element("input", { type: "file", accept });
    file.onchange = () => file.files[0] && this.read(file.files[0]);
    file.onclick = () => (file.value = ""); // the same one may be chosen again
    this.message = element("p", { className: "status", role: "status" });
    const novel = button("Back to the novel", () => {
      this.message.textContent = leave();
    });
    const label = element("label", {}, element("span", {}, "A file"), file);
    const go = button("Train on this text", () => this.take(this.area.value));
    this.place = element(
      "details",
      { className: "own", ondrop: (event) => this.drop(event) },
      element("summary", {}, "A text of your own"),
      paragraph("legend", HELP),
      this.area,
      box("buttons", go, novel, label),
      this.message,
    );
    this.place.ondragover = (event) => event.preventDefault();
  }

  drop(event) {
    const [file] = event.dataTransfer.files;
    if (!file) return; // the browser puts a text into the area
    event.preventDefault();
    this.read(file);
  }

  async read(file) {
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
    this.take(text);
  }

  async take(text) {
    this.message.textContent = "Reading …";
    this.message.textContent = await this.use(text);
  }
}
