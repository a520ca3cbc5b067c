// A figure, or an equation wider than its box, opens large: by a tap or click
// on it, or by a button before it that shows when the keyboard reaches it.
(() => {
  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function button(sign, label, act) {
    const made = element("button", { type: "button", onclick: act }, sign);
    made.ariaLabel = label;
    return made;
  }

  // The wide drawing, also where the page shows the narrow one.
  function drawingOf(image) {
    const drawing = element("img", { src: image.src, alt: image.alt });
    drawing.style.width = `${image.getAttribute("width") / 16}em`;
    return drawing;
  }

  function copyOf(formula) {
    const copy = formula.cloneNode(true);
    copy.removeAttribute("tabindex");
    copy.style.fontSize = "1.5em";
    return copy;
  }

  function enlarge(name, content) {
    const box = element("div", {}, content);
    const scroller = element("div", { className: "scroller" }, box);
    const dialog = element("dialog", { className: "enlarged" });
    const natural = 16; // pixels: the size of the font, which sets all others
    let scale = 1;

    function zoom(factor) {
      scale = Math.min(Math.max(scale * factor, 0.5), 8);
      box.style.fontSize = `${natural * scale}px`;
    }

    const bar = element(
      "div",
      { className: "bar" },
      element("span", {}, name),
      button("−", "Smaller", () => zoom(0.8)),
      button("+", "Larger", () => zoom(1.25)),
      button("×", "Close", () => dialog.close()),
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
    zoom(Math.max(1, fit(scroller, box)));
  }

  // How many times its natural size the content may have without scrolling.
  function fit(scroller, content) {
    return Math.min(
      (scroller.clientWidth - 32) / content.scrollWidth,
      (scroller.clientHeight - 32) / content.scrollHeight,
    );
  }

  function prepare(box, target, name, copy) {
    const open = () => enlarge(name, copy(target));
    const opener = button("Enlarge", `Enlarge ${name}`, open);
    opener.className = "enlarge";
    box.prepend(opener);
    target.addEventListener("click", () => {
      if (target.matches("img, .wide") && getSelection().isCollapsed) {
        opener.focus({ preventScroll: true }); // it comes back to here
        open();
      }
    });
  }

  for (const image of document.querySelectorAll(".bd-article figure img")) {
    const figure = image.closest("figure");
    const number = figure.querySelector(".caption-number");
    const name = number ? number.textContent.trim() : "this figure";
    prepare(figure, image, name, drawingOf);
  }

  // The keyboard passes by a formula that does not scroll.
  const sizes = new ResizeObserver((entries) => {
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
    prepare(equation, formula, name, copyOf);
  }

  // An observed formula is looked at once, and again when its box changes.
  function look() {
    sizes.disconnect();
    for (const formula of formulas) sizes.observe(formula);
  }

  look();
  document.fonts.addEventListener("loadingdone", look); // letters change
})();
