// Questions: take an answer, give its reason, and remember it in the browser.
// An option is a fold, and unfolds without this script, too. Of the libraries,
// jupyterquiz shows nothing without its script, and no focus on an option;
// TeachBooks' questions cannot be answered by keyboard, and load from two other
// hosts; sphinx-yaq has no reasons.

// Return for each question that was answered whether it was so rightly.
function readAnswers() {
  try {
    return { ...JSON.parse(localStorage.getItem("charrnn-answers")) };
  } catch {
    return {}; // the browser forbids it, or the text is not JSON
  }
}

{
  const remember = (id, isRight) => {
    try {
      const answers = { ...readAnswers(), [id]: isRight };
      localStorage.setItem("charrnn-answers", JSON.stringify(answers));
    } catch { /* It will be asked again. */ }
  };

  // The first answer counts; whoever was wrong may look for the right one.
  const take = (question, isRight) => {
    question.dispatchEvent(new CustomEvent("answer", { detail: isRight }));
    if (question.dataset.answer) return;
    question.dataset.answer = isRight ? "right" : "wrong";
    remember(question.dataset.of ?? question.id, isRight);
  };
  document.addEventListener("click", ({ target }) => {
    const option = target.closest(".question summary")?.parentElement;
    if (!option || option.open || option.dataset.met) return; // closed, or met before
    option.dataset.met = true;
    take(option.parentElement, option.matches(".right"));
  });

  // Return the number that a reader means: 1,024 or 0.5, but also 0,5.
  const parse = (text) => {
    const plain = text.replace(/[\s’%]/g, "").replace("−", "-");
    const isGrouped = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(plain);
    const number = plain.replaceAll(",", isGrouped ? "" : ".");
    return /^-?\d*\.?\d+$/.test(number) ? Number(number) : NaN;
  };
  // Compare a number with a value, to the decimals of the value.
  const fits = (number, value) => {
    const decimals = value.split(".")[1]?.length;
    const tolerance = decimals ? 0.51 * 10 ** -decimals : 0;
    return Math.abs(number - Number(value)) <= tolerance;
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
    status.innerHTML = reason.innerHTML;
    status.querySelector("summary")?.remove();
    if (question.dataset.typed === String(number)) return; // the same again
    question.dataset.typed = number;
    take(question, met?.matches(".right") ?? false);
  });

  const answers = readAnswers();
  for (const question of document.querySelectorAll(".question[id]")) {
    if (question.id in answers) question.dataset.before = answers[question.id];
  }
}
