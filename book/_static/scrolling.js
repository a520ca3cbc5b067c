// What is wider than its box scrolls there, and the keyboard has to reach it.
// The boxes are looked at after the page is laid out, so as to wait for none.
(() => {
  const SCROLLERS =
    ".formula, pre, .cell_output > .output, .pst-scrollable-table-container";
  const boxes = document
    .querySelector(".bd-article")
    .querySelectorAll(SCROLLERS);

  const sizes = new ResizeObserver((entries) => {
    const widths = entries.map(({ target: box }) => [
      box,
      box.scrollWidth > box.clientWidth,
    ]);
    for (const [box, isWide] of widths) {
      box.classList.toggle("wide", isWide);
      if (isWide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });

  // An observed box is looked at once, and again when it changes its size.
  function look() {
    sizes.disconnect();
    for (const box of boxes) sizes.observe(box);
  }

  look();
  document.fonts.addEventListener("loadingdone", look); // letters change
})();
