// Things to try by a click, each with a sentence that says what to look for.
import { button, element } from "./element.mjs";

// `stories` have a title and a text, `says`; `run` is given the chosen one.
export function makeStories(stories, invitation, run) {
  const says = element("p", { className: "says", role: "status" }, invitation);
  const buttons = stories.map((story) =>
    button(story.title, ({ currentTarget }) => {
      for (const each of buttons) each.ariaPressed = each === currentTarget;
      says.textContent = story.says;
      run(story);
    }),
  );
  for (const each of buttons) each.ariaPressed = false;
  const row = element("div", { className: "buttons" }, ...buttons);
  return element("div", { className: "stories" }, row, says);
}
