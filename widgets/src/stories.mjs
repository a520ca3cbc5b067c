// Things to try by a click, each with a question. A reader may have to predict
// the answer first.
import { makeChoice, nameRow } from "./choice.mjs";
import { box, paragraph } from "./elements.mjs";

export class Stories {
  // A story has a `title` and a `description`, and may have `options` to predict
  // from. `open` is called with a story that the reader chooses, and `run` once
  // there is a prediction; `prompt` is shown until then.
  constructor(stories, prompt, { open = () => {}, run }) {
    this.titles = stories.map(({ title }) => title);
    this.description = paragraph("description", prompt);
    this.description.role = "status";
    this.options = box("options");
    const { row, press } = makeChoice(this.titles, (title) => {
      const story = stories[this.titles.indexOf(title)];
      this.show(story, run);
      open(story);
      if (!story.options) run(story);
    });
    row.classList.add("strip");
    this.release = () => press(null);
    this.choose = (story) => press(story.title);
    this.place = box("stories", row, this.description, this.options);
  }

  show(story, run) {
    this.prediction = undefined;
    this.description.textContent = story.description;
    this.options.replaceChildren();
    if (!story.options) return;
    const { row } = makeChoice(story.options, (option) => {
      this.prediction = story.options.indexOf(option);
      run(story);
    });
    this.options.append(nameRow(row, "Your prediction"));
  }
}
