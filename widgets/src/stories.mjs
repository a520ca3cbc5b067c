// Things to try by a click, each with a question. A reader may have to predict
// the answer first.
import { Choice } from "./ui.mjs";
import { html, useLayoutEffect, useRef } from "./vendor/preact.mjs";

// A story has a `title` and a `description`, and may have `options` to predict
// from, of which `choose` and `predict` tell the numbers. Of `answer`, the
// option is true, and `why` says why; a page may say more.
export function Stories({ stories, prompt, chosen, prediction, answer, choose, predict }) {
  const place = useRef();
  useLayoutEffect(() => {
    const pressed = place.current.querySelector(".strip [aria-pressed=true]");
    pressed?.scrollIntoView({ block: "nearest" }); // in the strip
  }, [chosen]);
  const { options, description = prompt } = stories[chosen] ?? {};
  const told = answer ? tell(answer, options, prediction) : description;
  const titles = stories.map(({ title }) => title);
  const classOf = (i) => answer && String(i === answer.option);
  return html`<div class="stories" ref=${place} hidden=${stories.length === 0}>
    <${Choice} kind="strip" options=${titles} chosen=${chosen} choose=${choose} />
    <p class="description" role="status">${told}</p>
    <div class="options">${options && html`<${Choice} role="group"
      aria-label="Your prediction" options=${options} chosen=${prediction}
      choose=${predict} classOf=${classOf}><span>Your prediction</span><//>`}</div>
  </div>`;
}

function tell({ option, why, href }, options, prediction) {
  const verdict = option === prediction ? "As you said, in our runs" : "In our runs";
  const more = href && html`<a href=${href}>Read more</a>`;
  return html`${verdict}: ${options[option]}. ${why} ${more}`;
}
