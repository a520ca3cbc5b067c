// Things to try by a click, each with a sentence that says what to look for.
import { button, element } from "./element.mjs";

// `stories` have a title and a text, `says`; `run` is given the chosen one.
// When the reader goes another way, `release` says so.
export function makeStories(stories, invitation, run) {
  const says = element("p", { className: "says", role: "status" }, invitation);
  const buttons = stories.map((story) =>
    button(story.title, ({ currentTarget }) => {
      press(currentTarget);
      says.textContent = story.says;
      run(story);
    }),
  );

  function press(chosen) {
    for (const each of buttons) each.ariaPressed = each === chosen;
  }

  press(null);
  const row = element("div", { className: "buttons" }, ...buttons);
  const place = element("div", { className: "stories" }, row, says);
  return { place, release: () => press(null) };
}
