// The slim trainer: one button, a curve, and a film. The page has the button
// from the beginning; this comes when it is touched.
import { box } from "./elements.mjs";
import { start } from "./page.mjs";
import { TrainerBase } from "./trainer_base.mjs";

class Slim extends TrainerBase {
  constructor(place, data) {
    super(place, data);
    const form = place.parentElement.querySelector("form");
    this.go = form.elements.go;
    this.status = form.querySelector(":scope > .status");
    form.onsubmit = (event) => {
      event.preventDefault();
      this.toggle();
      const { bottom } = place.getBoundingClientRect();
      if (bottom > innerHeight) form.scrollIntoView();
    };
    const curve = box("", this.perplexity.place, this.used);
    const film = box("", this.film.place, this.film.list);
    place.append(box("stage", curve, film), this.kept);
    this.begin();
    // The button may have been pressed before there was a script.
    if (form.dataset.touched === "submit") form.requestSubmit();
  }
}

start("slim", Slim);
