// The slim trainer: a button, a curve, and a film. The page has the button from
// the beginning; this comes when it is touched, and takes its place.
import { start } from "./page.mjs";
import { TrainerBase } from "./trainer_base.mjs";
import { html } from "./vendor/preact.mjs";

class Slim extends TrainerBase {
  constructor(place, data) {
    super(place, data);
    const form = place.parentElement.querySelector("form");
    const isFocused = form.contains(document.activeElement);
    this.isOpen = form.querySelector(".own").open;
    this.begin();
    if (isFocused) place.querySelector(this.isOpen ? "summary" : "button").focus();
    // The button may have been pressed before there was a script.
    if (form.dataset.touched === "submit") this.toggle();
  }

  draw() {
    const { run, isOpen } = this;
    return html`
      ${this.drawGo()}
      ${this.drawOwn(isOpen)}
      <div class="stage">
        <div>${this.drawPerplexity()}<p class="legend">${run.facts}</p></div>
        <div>${this.drawFilm()}</div>
      </div>
      ${this.drawKept()}`;
  }
}

start("slim", Slim);
