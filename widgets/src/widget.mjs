// What the playground and the trainer share: a worker, and messages.
import { connect } from "./connection.mjs";
import { makeAnnouncer } from "./controls.mjs";
import { paragraph } from "./elements.mjs";

// A subclass sets `turn` to a new object when the reader begins anew, and has
// a method `stop()`.
export class Widget {
  // A screen reader announces messages after a `delay` in milliseconds.
  constructor(place, delay, listen) {
    this.place = place;
    this.ask = connect(WORKER, listen);
    this.status = paragraph("status");
    this.announce = makeAnnouncer(place, delay);
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
      this.say(error.message ?? "The network does not answer.");
    }
  }
}
