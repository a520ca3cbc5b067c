// What the widgets share: one function that draws all that is seen, and
// messages.
import { box, element } from "./elements.mjs";
import { render } from "./vendor/preact.mjs";

// A subclass has values, and `draw()`, which returns all that is seen of them. It
// calls `show()` when they have changed, and sets `turn` to a new object when
// the reader begins anew.
export class Widget {
  #ending = new AbortController(); // of listeners

  // A screen reader announces messages after a `delay` in milliseconds.
  constructor(place, delay) {
    Object.assign(this, { place, delay, message: "" });
    this.root = place.appendChild(box(""));
    const status = { className: "announcement", role: "status" };
    this.announcement = place.appendChild(element("p", status));
  }

  show() {
    render(this.draw(), this.root);
  }

  // Follow events of the page, or of the window, until the widget ends.
  listen(target, type, act) {
    target.addEventListener(type, act, { signal: this.#ending.signal });
  }

  // Let a screen reader announce a text, unless another follows soon.
  announce(text) {
    clearTimeout(this.announcing);
    const tell = () => (this.announcement.textContent = text);
    this.announcing = setTimeout(tell, this.delay);
  }

  say(text) {
    this.message = text;
    this.show();
    this.announce(text);
  }

  // Do something, and show the message of the error if it fails.
  async tryTo(act) {
    const { turn } = this;
    try {
      return await act();
    } catch (error) {
      if (this.turn !== turn) return null;
      this.stop();
      this.say(error.message);
    }
  }

  async copy(text, name) {
    try {
      await navigator.clipboard.writeText(text);
      this.say(`${name} is on the clipboard.`);
    } catch {
      this.say(`The browser does not let the page copy. ${text}`);
    }
  }

  // Stop what runs, since something failed, or the widget ends.
  stop() {}

  // End it, since the cell that showed it was run again.
  end() {
    this.turn = {};
    this.stop();
    this.#ending.abort();
  }
}
