// Things to try by a click, each with a text that says what to look for.
import { makeChoice } from "./choice.mjs";
import { box, paragraph } from "./elements.mjs";

export class Stories {
  // A story has a title and a description. `run` is called with the story that
  // the reader chooses; `prompt` is shown until then.
  constructor(stories, prompt, run) {
    const description = paragraph("description", prompt);
    description.role = "status";
    const titles = stories.map(({ title }) => title);
    const { row, press } = makeChoice(titles, (title) => {
      const story = stories[titles.indexOf(title)];
      description.textContent = story.description;
      run(story);
    });
    this.release = () => press(null);
    this.place = box("stories", row, description);
  }
}
