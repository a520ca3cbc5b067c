// A figure, or an equation wider than its box, opens large: by a tap or click
// on it, or by a button before it that shows when the keyboard reaches it.
// Which equations are wide, scrolling.js finds.
(() => {
  const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const ZOOM = { "+": 1.25, "=": 1.25, "-": 0.8 };

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
  function drawingOf(figure) {
    const { src, alt } = figure.querySelector("img");
    const width = figure.querySelector("img").getAttribute("width");
    const drawing = element("img", { src, alt });
    drawing.style.width = `${width / 16}em`;
    return drawing;
  }

  function enlarge(name, content) {
    const scroller = element("div", { className: "scroller", tabIndex: 0 });
    const dialog = element("dialog", { className: "enlarged" });
    const natural = 16; // pixels: the size of the font, which sets all others
    let scale = 1;

    function zoom(factor) {
      scale = factor ? Math.min(Math.max(scale * factor, 0.5), 8) : 1;
      content.style.fontSize = `${natural * scale}px`;
    }

    const bar = element(
      "div",
      { className: "bar" },
      element("span", {}, name),
      button("−", "Smaller", () => zoom(0.8)),
      button("0", "Natural size", () => zoom(0)),
      button("+", "Larger", () => zoom(1.25)),
      button("×", "Close", () => dialog.close()),
    );
    dialog.ariaLabel = `${name}, enlarged`;
    scroller.role = "region";
    scroller.ariaLabel = name;
    scroller.append(content);
    dialog.append(bar, scroller);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return; // the keys of the browser
      }
      if (event.key === "Escape") {
        event.stopPropagation(); // Sphinx would keep the dialog from closing
        dialog.close();
      } else if (event.key in ZOOM || event.key === "0") {
        zoom(ZOOM[event.key] ?? 0);
      } else if (event.key in ARROWS) {
        const [x, y] = ARROWS[event.key];
        scroller.scrollBy(40 * x, 40 * y);
        event.preventDefault();
      }
    });
    document.body.append(dialog);
    dialog.showModal();
    scroller.focus();
    zoom(0);
    zoom(Math.max(1, fit(scroller, content)));
  }

  // How many times its natural size the content may have without scrolling.
  function fit(scroller, content) {
    return Math.min(
      (scroller.clientWidth - 32) / content.scrollWidth,
      (scroller.clientHeight - 32) / content.scrollHeight,
    );
  }

  function prepare(box, target, name, copy) {
    const open = () => enlarge(name, element("div", {}, copy()));
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

  for (const figure of document.querySelectorAll(".bd-article figure")) {
    const image = figure.querySelector("img");
    const number = figure.querySelector(".caption-number");
    if (image) {
      const name = number ? number.textContent.trim() : "this figure";
      prepare(figure, image, name, () => drawingOf(figure));
    }
  }

  for (const equation of document.querySelectorAll(".bd-article div.math")) {
    const formula = equation.querySelector(".formula");
    const number = equation.querySelector(".eqno")?.firstChild.textContent;
    const name = number ? `equation ${number.trim()}` : "this equation";
    if (formula) {
      const copy = () => {
        const large = formula.cloneNode(true);
        large.removeAttribute("tabindex");
        large.style.fontSize = "1.5em";
        return large;
      };
      prepare(equation, formula, name, copy);
    }
  }
})();
