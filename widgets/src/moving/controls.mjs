// Controls of the moving pictures: buttons, sliders, and a way through frames.
import { button, element } from "../element.mjs";

const BEAT = 1600; // milliseconds between two frames that are played

// A slider with its name and its value. `set` moves it.
export function slider(place, { name, min, max, step, value, text, change }) {
  const input = element("input", { type: "range", min, max, step });
  const shown = element("span", { className: "value", ariaHidden: "true" });
  const show = () => {
    shown.textContent = text(input.valueAsNumber);
    input.ariaValueText = shown.textContent;
  };
  const set = (number) => {
    input.value = number;
    show();
  };
  input.addEventListener("input", () => {
    show();
    change(input.valueAsNumber);
  });
  set(value);
  const parts = [element("span", {}, name), input, shown];
  place.append(element("label", { className: "slider" }, ...parts));
  return { input, set };
}

// Buttons and a slider that lead through frames, from 0 to `last`.
// `show(frame, isPlaying)` shows one; `text(frame)` is said beside the slider.
export class Player {
  constructor(place, { name, last, text, show }) {
    Object.assign(this, { last, show, frame: 0, timer: 0 });
    const row = element("div", { className: "buttons" });
    this.backButton = button("Back", () => this.go(this.frame - 1));
    this.nextButton = button("Forward", () => this.go(this.frame + 1));
    this.playButton = button("Play", () => this.toggle());
    const start = button("To start", () => this.go(0));
    this.backButton.ariaDisabled = "true";
    row.append(start, this.backButton, this.nextButton, this.playButton);
    place.append(row);
    this.slider = slider(place, {
      name,
      min: 0,
      max: last,
      step: 1,
      value: 0,
      text,
      change: (frame) => this.go(frame),
    });
  }

  get isPlaying() {
    return this.timer !== 0;
  }

  // Show a frame that a reader asks for.
  go(frame) {
    this.stop();
    this.turn(frame);
  }

  turn(frame) {
    this.frame = Math.min(Math.max(frame, 0), this.last);
    this.slider.set(this.frame);
    this.backButton.ariaDisabled = String(this.frame === 0);
    this.nextButton.ariaDisabled = String(this.frame === this.last);
    this.show(this.frame, this.isPlaying);
  }

  toggle() {
    if (this.isPlaying) return this.go(this.frame);
    this.timer = setInterval(() => {
      if (this.frame + 1 >= this.last) this.stop();
      this.turn(this.frame + 1);
    }, BEAT);
    this.playButton.textContent = "Pause";
    this.turn(this.frame === this.last ? 0 : this.frame + 1);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.playButton.textContent = "Play";
  }
}
