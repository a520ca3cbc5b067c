// A button and a slider that lead through the frames of a moving figure.
import { Slider } from "../controls.mjs";
import { box, button } from "../elements.mjs";

export class Player {
  // The frames are from 0 to `last`, where the figure begins, as its still is
  // full; `text(frame)` is the number in words. There is a `pause` between two
  // frames that are played, in milliseconds.
  constructor(figure, name, last, pause, text) {
    Object.assign(this, { figure, last, pause });
    const range = { min: 0, max: last, step: 1, value: last, text };
    this.slider = new Slider(name, range, (frame) => this.goTo(frame));
    this.playButton = button("Play", () => this.toggle());
    const { label } = this.slider;
    figure.place.append(box("buttons player", this.playButton, label));
    figure.letDrag((x) => this.scrub(x));
  }

  get frame() {
    return this.slider.value;
  }

  goTo(frame, isPlaying = false) {
    if (!isPlaying) this.timer = clearInterval(this.timer);
    this.slider.value = frame; // or the nearest
    this.playButton.textContent = isPlaying ? "Pause" : "Play";
    this.figure.update(isPlaying);
  }

  // Go to the frame of a place in the drawing, and the arrow keys from there.
  scrub(x) {
    const [start, end] = this.figure.extent;
    this.slider.input.focus({ preventScroll: true });
    this.goTo(Math.round((this.last * (x - start)) / (end - start)));
  }

  toggle() {
    if (this.timer) return this.goTo(this.frame);
    const next = () => this.goTo(this.frame + 1, this.frame + 1 < this.last);
    this.timer = setInterval(next, this.pause);
    this.goTo(this.frame === this.last ? 0 : this.frame + 1, true);
  }
}
