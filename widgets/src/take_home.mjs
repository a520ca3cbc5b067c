// A network to take home: a file, and the Python that reads it.
import { box, button, element, paragraph } from "./elements.mjs";
import { packNetwork } from "./safetensors.mjs";

const RECITES =
  "On so little text, a network learns to recite: who has the file has your " +
  "text. Share it only with those who may read it.";

export class TakeHome {
  // `python` reads a FILE, and goes on from a PREFIX; `copy` puts a text on the
  // clipboard.
  constructor(python, copy) {
    this.python = python;
    this.lines = element("pre", { className: "transcript" });
    this.warning = element("p", {}, element("strong", {}, RECITES));
    this.save = button("Save the file");
    const copyLines = () => copy(this.lines.textContent, "The Python");
    this.place = box(
      "take-home",
      paragraph("title", "The same network in Python"),
      this.warning,
      paragraph(
        "legend",
        "Put the file beside these lines, where the package of the chapter is " +
          "installed. To write with it here again, use Open a network.",
      ),
      this.lines,
      box("buttons", this.save, button("Copy the Python", copyLines)),
    );
    this.place.hidden = true;
  }

  // Offer a network, whose name is that of the file. It recites a text that is
  // the reader's own.
  show(network, isOwn) {
    const file = `${network.name.replaceAll(/[^a-z0-9]+/gi, "-")}.safetensors`;
    this.save.onclick = () => {
      const href = URL.createObjectURL(new Blob([packNetwork(network)]));
      element("a", { href, download: file }).click();
    };
    this.warning.hidden = !isOwn;
    this.lines.textContent = this.python
      .replace("FILE", file)
      .replace("PREFIX", () => network.prefix); // which may hold a "$"
    this.place.hidden = false;
    this.place.scrollIntoView({ block: "nearest" });
    this.save.focus({ preventScroll: true });
  }
}
