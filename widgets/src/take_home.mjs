// A network to take home: a file, and the Python that reads it.
import { box, button, element, paragraph } from "./elements.mjs";
import { packNetwork } from "./safetensors.mjs";

function download(bytes, name) {
  const href = URL.createObjectURL(new Blob([bytes]));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}

export class TakeHome {
  // `python` reads a FILE, and goes on from a PREFIX; `copy` puts a text on the
  // clipboard.
  constructor(python, copy) {
    this.python = python;
    this.lines = element("pre");
    const copyLines = () => copy(this.lines.textContent, "The Python");
    this.place = box(
      "take-home",
      paragraph("title", "The same network in Python"),
      paragraph(
        "legend",
        "Put the file beside these lines, where the package of the chapter is " +
          "installed. To write with it here again, use Open a network.",
      ),
      this.lines,
      box("buttons", button("Copy the Python", copyLines)),
    );
    this.place.hidden = true;
  }

  // Save a network, whose name is that of the file.
  take(network) {
    const file = `${network.name.replaceAll(/[^a-z0-9]+/gi, "-")}.safetensors`;
    download(packNetwork(network), file);
    this.lines.textContent = this.python
      .replace("FILE", file)
      .replace("PREFIX", () => network.prefix); // which may hold a "$"
    this.place.hidden = false;
    this.place.scrollIntoView({ block: "nearest" });
    return file;
  }
}
