// Questions: take an answer, give its reason, and remember it in the browser.
// An option is a fold, and unfolds without this script, too.

// Return for each question that was answered whether it was so rightly.
function readAnswers() {
  try {
    return JSON.parse(localStorage.getItem("answers")) ?? {};
  } catch {
    return {}; // the browser does not let the page, or it is no such text
  }
}

{
  const remember = (id, isRight) => {
    try {
      const answers = { ...readAnswers(), [id]: isRight };
      localStorage.setItem("answers", JSON.stringify(answers));
    } catch { /* It will be asked again. */ }
  };

  // The first answer counts; whoever was wrong may look for the right one.
  const take = (question, isRight) => {
    if (question.dataset.answer) return;
    question.dataset.answer = isRight ? "right" : "wrong";
    remember(question.dataset.of ?? question.id, isRight);
    question.dispatchEvent(
      new CustomEvent("answer", { bubbles: true, detail: isRight }),
    );
  };
  document.addEventListener("toggle", ({ target }) => {
    const question = target.closest(".question");
    if (question && target.open) take(question, target.matches(".right"));
  }, true);

  // Return the number that a reader means: 1,024 or 0.5, but also 0,5.
  const parse = (text) => {
    const plain = text.trim().replace("−", "-").replace(/\s*%$/, "");
    const isGrouped = /^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain);
    return Number(plain.replaceAll(",", isGrouped ? "" : ".") || NaN);
  };
  // Round a number as the value is that it is compared with.
  const fits = (number, value) => {
    const decimals = value.split(".")[1]?.length ?? 0;
    return Math.abs(number - Number(value)) < 0.51 * 10 ** -decimals;
  };
  document.addEventListener("submit", (event) => {
    const question = event.target.closest(".question");
    if (!question) return;
    event.preventDefault();
    const status = question.querySelector("[role=status]");
    const number = parse(event.target.elements[0].value);
    if (Number.isNaN(number)) {
      status.textContent = "Type a number, such as 12 or 0.5.";
      return;
    }
    const options = [...question.querySelectorAll("details")];
    const met = options.find(({ dataset }) => fits(number, dataset.value));
    const reason = met ?? question.querySelector(".otherwise");
    const copies = [...reason.children].map((part) => part.cloneNode(true));
    status.replaceChildren(
      ...copies.filter((part) => !part.matches("summary")),
    );
    take(question, met?.matches(".right") ?? false);
  });

  const answers = readAnswers();
  for (const question of document.querySelectorAll(".question[id]")) {
    if (question.id in answers) question.dataset.before = answers[question.id];
  }
}
