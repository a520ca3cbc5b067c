// Things to try by a click, each with a question. A reader may have to predict
// the answer first.
import { makeChoice, nameRow } from "./choice.mjs";
import { box, element, paragraph } from "./elements.mjs";

export class Stories {
  // A story has a `title` and a `description`, and may have `options` to predict
  // from. `open` is called with a story that the reader chooses, and `run` once
  // there is a prediction; `prompt` is shown until then.
  constructor(stories, prompt, { open = () => {}, run }) {
    Object.assign(this, { open, run });
    this.description = paragraph("description", prompt);
    this.description.role = "status";
    this.options = box("options");
    const titles = stories.map(({ title }) => title);
    const { row, press } = makeChoice(titles, (_, i) => this.choose(stories[i]));
    row.classList.add("strip");
    Object.assign(this, { row, press });
    this.release = () => {
      press(null);
      this.description.textContent = prompt;
      this.options.replaceChildren();
    };
    this.place = box("stories", row, this.description, this.options);
  }

  // Open a story, and ask for a prediction before it runs.
  choose(story) {
    this.press(story.title);
    const pressed = this.row.querySelector("[aria-pressed=true]");
    pressed.scrollIntoView({ block: "nearest" }); // in the strip
    this.description.textContent = story.description;
    this.options.replaceChildren();
    this.open(story);
    if (!story.options) return this.run(story);
    const { row } = makeChoice(story.options, (_, i) => {
      this.prediction = i;
      this.run(story);
    });
    this.options.append(nameRow(row, "Your prediction"));
  }

  // Tell which option is true, and why; a page may say more.
  tell(option, why, href) {
    const buttons = [...this.options.querySelectorAll("button")];
    for (const [i, each] of buttons.entries()) {
      each.className = String(i === option);
    }
    const verdict = option === this.prediction ? "As you said" : "It is";
    const name = buttons[option].textContent;
    this.description.textContent = `${verdict}: ${name}. ${why} `;
    if (href) this.description.append(element("a", { href }, "Read more"));
  }
}
