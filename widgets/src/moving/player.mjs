// Buttons and a slider that lead through the frames of a moving figure.
import { Slider } from "../controls.mjs";
import { box, button } from "../elements.mjs";

const PAUSE = 1600; // milliseconds between two frames that are played

export class Player {
  // The frames are from 0 to `last`, where the figure begins, as its still is
  // full; `text(frame)` is the number in words.
  constructor(figure, name, last, text) {
    Object.assign(this, { figure, last, frame: last, timer: 0 });
    this.backButton = button("Back", () => this.goTo(this.frame - 1));
    this.nextButton = button("Forward", () => this.goTo(this.frame + 1));
    this.playButton = button("Play", () => this.toggle());
    const toStart = button("To start", () => this.goTo(0));
    this.buttons = box("buttons", toStart, this.backButton);
    this.buttons.append(this.nextButton, this.playButton);
    const range = { min: 0, max: last, step: 1, value: last, text };
    this.slider = new Slider(name, range, (frame) => this.goTo(frame));
    this.showButtons();
    figure.place.append(this.buttons, this.slider.label);
  }

  // Show a frame that the reader asks for.
  goTo(frame) {
    this.stop();
    this.turnTo(frame);
  }

  turnTo(frame) {
    this.frame = Math.min(Math.max(frame, 0), this.last);
    this.slider.input.max = this.last; // another epoch may have another one
    this.slider.value = this.frame;
    this.showButtons();
    this.figure.update(this.timer !== 0);
  }

  showButtons() {
    this.backButton.ariaDisabled = this.frame === 0;
    this.nextButton.ariaDisabled = this.frame === this.last;
    this.playButton.textContent = this.timer ? "Pause" : "Play";
  }

  toggle() {
    if (this.timer) return this.goTo(this.frame);
    this.timer = setInterval(() => {
      if (this.frame + 1 >= this.last) this.stop();
      this.turnTo(this.frame + 1);
    }, PAUSE);
    this.turnTo(this.frame === this.last ? 0 : this.frame + 1);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
  }
}
