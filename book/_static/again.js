// Twenty questions of the parts that a reader chooses, mixed: first those that
// were answered wrongly, then those that were not answered. What is wrong now
// comes once more before the end, and a second miss opens the right answer. The
// scripts with the previews of pages have all questions, with their variants.
/* global loadScript, makeElement, readAnswers */
(() => {
  const COUNT = 20;
  const LATER = 4; // this many others come before a question comes again
  const place = document.getElementById("asking");
  let left, asked, answered, right;

  const button = (textContent, onclick) =>
    makeElement("button", { type: "button", textContent, onclick });
  const shuffle = (list) => list
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

  // Return the questions of the page that a link leads to.
  const readPage = async (link) => {
    const address = link.href.replace(/#.*/, "").replace(/(\.html)?$/, ".js");
    const { previews = {} } = await loadScript(address);
    const found = {};
    for (const [id, html] of Object.entries(previews)) {
      const name = id.match(/^q-\w+/)?.[0];
      if (name) (found[name] ??= { name, link, variants: [] }).variants.push(html);
    }
    return Object.values(found);
  };

  const begin = async (links) => {
    const questions = (await Promise.all(links.map(readPage))).flat();
    const answers = readAnswers();
    const rank = ({ name }) => [false, undefined, true].indexOf(answers[name]);
    left = shuffle(questions).sort((a, b) => rank(a) - rank(b));
    left.splice(COUNT);
    [asked, answered, right] = [left.length, 0, 0];
    for (const { variants } of left) variants.push(...shuffle(variants.splice(0)));
    if (asked) showNext();
    else showEnd("There are no questions: choose a part, and look at your connection.");
  };

  const showNext = () => {
    const question = left.shift();
    if (!question) return showEnd(`${score()}.`);
    const { name, variants, link, isRepeated } = question;
    variants.push(variants.shift()); // it comes again with other numbers
    const box = makeElement("div", { innerHTML: variants.at(-1) });
    const [shown] = box.children;
    Object.assign(shown, { hidden: false, tabIndex: -1 });
    shown.dataset.of = name;
    const next = Object.assign(button("Next", showNext), { hidden: true });
    const stop = button("Stop", () => showEnd(`${score()}.`));
    const news = makeElement("output"); // which screen readers announce
    const solution = shown.querySelector(".right");
    let [misses, isFound] = [0, false];
    shown.addEventListener("answer", ({ detail: isRight }) => {
      misses += !isRight;
      isFound ||= isRight;
      if (misses === 2 && !isFound) {
        const { textContent } = solution.querySelector("summary");
        news.append(`The right answer: ${solution.dataset.value ?? textContent}`);
        solution.open = true;
      }
      if (!next.hidden) return; // the first answer counts
      next.hidden = false;
      if (isRepeated) return;
      [answered, right] = [answered + 1, right + isRight];
      if (!isRight) left.splice(LATER, 0, { ...question, isRepeated: true });
    });
    const which = isRepeated ? "Once more" : `${answered + 1} of ${asked}`;
    const head = makeElement("p", {}, `${which}, from `, link.cloneNode(true));
    const buttons = makeElement("p", {}, next, " ", stop);
    place.replaceChildren(head, box, makeElement("p", {}, news), buttons);
    shown.focus();
  };

  const score = () => answered
    ? `You were right at once in ${right} of ${answered}`
    : "You have answered none";

  const showEnd = (text) => {
    const end = makeElement("p", { tabIndex: -1 }, text);
    showStart(end);
    end.focus();
  };

  const showStart = (...before) => {
    const captions = document.querySelectorAll("#pst-primary-sidebar .caption");
    const parts = [...captions].filter((caption) => /^[IVX]+\./.test(caption.textContent));
    const choices = parts.map((part) => {
      const box = makeElement("input", { type: "checkbox", checked: true });
      box.links = [...part.nextElementSibling.querySelectorAll("a")];
      return makeElement("label", {}, box, ` ${part.textContent}`);
    });
    const start = button("Ask me", () => {
      const chosen = choices.filter(({ firstChild }) => firstChild.checked);
      begin(chosen.flatMap(({ firstChild }) => firstChild.links));
    });
    const legend = makeElement("legend", { textContent: "Questions from" });
    place.replaceChildren(
      ...before,
      makeElement("fieldset", {}, legend, ...choices),
      makeElement("p", {}, start),
    );
  };
  showStart();
})();
