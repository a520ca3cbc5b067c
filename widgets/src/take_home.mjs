// A network to take home: a file, and the Python that reads it.
import { box, button, element, paragraph } from "./elements.mjs";
import { packNetwork } from "./safetensors.mjs";

// Return the lines of Python that load a network and let it write.
function pythonLines(file, prefix) {
  return `import json
from collections import Counter

from safetensors import safe_open

from charrnn import RNNModelScratch, Vocab, init_rnn_state, predict_rnn, rnn

with safe_open("${file}", "pt") as network:
    names = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
    params = [network.get_tensor(name) for name in names]
    counts = json.loads(network.metadata()["vocabulary"])
vocab = Vocab(Counter(counts).elements())
V, h = params[0].shape
net = RNNModelScratch(V, h, lambda *_: params, init_rnn_state, rnn)
print(predict_rnn("${prefix}", 200, net, vocab))
`;
}

function download(bytes, name) {
  const href = URL.createObjectURL(new Blob([bytes]));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}

export class TakeHome {
  // `copy` puts a text on the clipboard.
  constructor(copy) {
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
    this.lines.textContent = pythonLines(file, network.prefix);
    this.place.hidden = false;
    this.place.scrollIntoView({ block: "nearest" });
    return file;
  }
}
