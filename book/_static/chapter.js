// A formula that scrolls in its box must be within reach of the keyboard.
const formulas = document.querySelectorAll(".formula");

function reachScrolling() {
  for (const formula of formulas) {
    if (formula.scrollWidth > formula.clientWidth) {
      formula.tabIndex = 0;
    } else {
      formula.removeAttribute("tabindex");
    }
  }
}

document.fonts.ready.then(reachScrolling);
window.addEventListener("resize", reachScrolling);
