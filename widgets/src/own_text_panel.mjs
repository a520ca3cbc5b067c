// A place for a text of the reader's choice, to train on.
import { LEAST, grouped } from "./own_text.mjs";
import { Button } from "./ui.mjs";
import { html, useRef, useState } from "./vendor/preact.mjs";

const MOST = 20e6; // bytes of a file
const HELP =
  "Paste a page or more, take a file of plain text, or choose one of the texts " +
  "below. What you bring stays on this machine. Unless you tick the box, the " +
  `network reads only the letters a to z, and spaces. ${grouped(LEAST)} ` +
  "characters are enough.";

async function readFile(file) {
  if (file.size > MOST) throw new Error("The file has more than 20 MB: take a part.");
  const text = await file.text();
  if (!/[\0\ufffd]/.test(text)) return text;
  throw new Error("The file is not plain text in UTF-8.");
}

// `use` is called with a promise of a text, and whether only its letters count.
// It rejects what is wrong, as may each of the `choices`, functions by their names.
export function OwnText({ choices, use, isOpen }) {
  const [fold, area, box] = [useRef(), useRef(), useRef()];
  const [message, say] = useState("");
  // Take a text, and make room for what the network does with it.
  const take = async (choose) => {
    say("Reading …");
    try {
      await choose(!box.current.checked);
      say("");
      fold.current.open = false;
      fold.current.querySelector("summary").focus({ preventScroll: true });
    } catch (error) {
      say(error.message);
    }
  };
  const bring = (text) => take((lettersOnly) => use(text(), lettersOnly));
  const read = ({ target: { files } }) => files[0] && bring(() => readFile(files[0]));
  const again = ({ target }) => (target.value = ""); // the same one may follow
  const others = Object.entries(choices).map(([name, choose]) =>
    html`<${Button} text=${name} act=${() => take(choose)} />`);
  return html`<details class="own" open=${isOpen} ref=${fold}>
    <summary>Your text</summary>
    <p class="legend">${HELP}</p>
    <label><input type="checkbox" ref=${box} /> Keep capitals, punctuation and
      line breaks</label>
    <div class="buttons">${others}</div>
    <textarea rows="4" aria-label="A text to train on" ref=${area} />
    <div class="buttons">
      <${Button} text="Train on this text" act=${() => bring(() => area.current.value)} />
      <input type="file" accept=".txt,text/plain" aria-label="A file"
        onChange=${read} onClick=${again} />
    </div>
    <p class="status" role="status">${message}</p>
  </details>`;
}
