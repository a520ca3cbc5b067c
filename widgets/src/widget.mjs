// What the playground and the trainer share: a worker, and messages.
import { Connection } from "./connection.mjs";
import { makeAnnouncer } from "./controls.mjs";
import { paragraph } from "./elements.mjs";

// A subclass sets `turn` to a new object when the reader begins anew. It has the
// methods `stop()`, when something failed, and `forget()`, when the worker is
// lost; and `receive(message)`, if the worker reports.
export class Widget {
  // A screen reader announces messages after a `delay` in milliseconds.
  constructor(place, delay) {
    this.place = place;
    this.connection = new Connection(WORKER, {
      listen: (message) => this.receive(message),
      lose: () => this.forget(),
    });
    this.status = paragraph("status");
    this.announce = makeAnnouncer(place, delay);
    this.isOver = new AbortController(); // for listeners
  }

  ask(question) {
    return this.connection.ask(question);
  }

  // Follow events of the page, or of the window, until the widget ends.
  listen(target, type, act) {
    target.addEventListener(type, act, { signal: this.isOver.signal });
  }

  say(text) {
    this.status.textContent = text;
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
      this.place.ariaBusy = false;
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

  // End it, since the cell that showed it was run again.
  end() {
    this.turn = {};
    this.stop();
    this.isOver.abort();
    this.connection.end("The cell was run again.");
  }
}
