// A figure, or an equation wider than its box, opens enlarged in a dialog: by
// a click on it, or by a button before it that shows when it has the focus.
/* global makeElement */
(() => {
  function createButton(text, label, onclick) {
    const button = makeElement("button", { type: "button", onclick }, text);
    button.ariaLabel = label;
    return button;
  }

  // The wide drawing, also where the page shows the narrow one.
  function copyDrawing(image) {
    const copy = makeElement("img", { src: image.src, alt: image.alt });
    copy.style.width = `${image.getAttribute("width") / 16}em`;
    return copy;
  }

  function copyFormula(formula) {
    const copy = formula.cloneNode(true);
    copy.removeAttribute("tabindex");
    copy.style.fontSize = "1.5em";
    return copy;
  }

  function openEnlarged(name, content) {
    const box = makeElement("div", {}, content);
    const scroller = makeElement("div", { className: "scroller" }, box);
    const dialog = makeElement("dialog", { className: "enlarged" });
    const fontSize = 16; // pixels; all other sizes depend on it
    let scale = 1;

    function zoom(factor) {
      scale = Math.min(Math.max(scale * factor, 0.5), 8);
      box.style.fontSize = `${fontSize * scale}px`;
    }

    const bar = makeElement(
      "div",
      { className: "bar" },
      makeElement("span", {}, name),
      createButton("−", "Smaller", () => zoom(0.8)),
      createButton("+", "Larger", () => zoom(1.25)),
      createButton("×", "Close", () => dialog.close()),
    );
    dialog.ariaLabel = `${name}, enlarged`;
    scroller.role = "region";
    scroller.ariaLabel = name;
    scroller.tabIndex = 0;
    dialog.append(bar, scroller);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    scroller.focus();
    zoom(1);
    zoom(Math.max(1, largestScale(scroller, box)));
  }

  // The largest scale at which the content does not scroll.
  function largestScale(scroller, content) {
    return Math.min(
      (scroller.clientWidth - 32) / content.scrollWidth,
      (scroller.clientHeight - 32) / content.scrollHeight,
    );
  }

  function makeEnlargeable(box, target, name, copy) {
    const open = () => openEnlarged(name, copy(target));
    const opener = createButton("Enlarge", `Enlarge ${name}`, open);
    opener.className = "enlarge";
    box.prepend(opener);
    target.addEventListener("click", () => {
      if (target.matches("img, .wide") && getSelection().isCollapsed) {
        opener.focus({ preventScroll: true }); // and again after closing
        open();
      }
    });
  }

  for (const image of document.querySelectorAll(".bd-article figure img")) {
    const figure = image.closest("figure");
    const number = figure.querySelector(".caption-number");
    const name = number ? number.textContent.trim() : "this figure";
    makeEnlargeable(figure, image, name, copyDrawing);
  }

  // Only formulas that scroll are in the tab order.
  const observer = new ResizeObserver((entries) => {
    for (const { target: formula } of entries) {
      const isWide = formula.scrollWidth > formula.clientWidth;
      formula.classList.toggle("wide", isWide);
      if (isWide) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    }
  });

  const formulas = document.querySelectorAll(".bd-article .formula");
  for (const formula of formulas) {
    const equation = formula.parentElement;
    const number = equation.querySelector(".eqno")?.firstChild.textContent;
    const name = number ? `equation ${number.trim()}` : "this equation";
    makeEnlargeable(equation, formula, name, copyFormula);
  }

  // The observer calls back at once, and when the box of a formula changes.
  function observeFormulas() {
    observer.disconnect();
    for (const formula of formulas) observer.observe(formula);
  }

  observeFormulas();
  document.fonts.addEventListener("loadingdone", observeFormulas);
})();
