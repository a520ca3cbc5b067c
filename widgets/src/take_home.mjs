// A network to take home: a file, and the Python that reads it.
import { packNetwork } from "./safetensors.mjs";
import { Button } from "./ui.mjs";
import { html, useLayoutEffect, useRef } from "./vendor/preact.mjs";

const RECITES =
  "On so little text, a network learns to recite: who has the file has your " +
  "text. Share it only with those who may read it.";
const LOAD =
  "Put the file beside these lines, where the package of the chapter is " +
  "installed. To write with it in a browser again, open it on the page Write.";

// `python` reads a FILE, and goes on from a PREFIX; `copy` puts a text on the
// clipboard. A network recites a text that is the reader's own.
export function TakeHome({ network, python, isOwn, copy }) {
  const place = useRef();
  useLayoutEffect(() => {
    place.current.scrollIntoView({ block: "nearest" });
    place.current.querySelector("button").focus({ preventScroll: true });
  }, [network]);
  const file = `${network.name.replaceAll(/[^a-z0-9]+/gi, "-")}.safetensors`;
  const lines = python
    .replace("FILE", file)
    .replace('"PREFIX"', () => JSON.stringify(network.prefix)); // as in Python
  const save = () => {
    const href = URL.createObjectURL(new Blob([packNetwork(network)]));
    Object.assign(document.createElement("a"), { href, download: file }).click();
  };
  return html`<div class="take-home" ref=${place}>
    <p class="title">The same network in Python</p>
    <p hidden=${!isOwn}><strong>${RECITES}</strong></p>
    <p class="legend">${LOAD}</p>
    <pre class="transcript">${lines}</pre>
    <div class="buttons">
      <${Button} text="Save the file" act=${save} />
      <${Button} text="Copy the Python" act=${() => copy(lines, "The Python")} />
    </div>
  </div>`;
}
