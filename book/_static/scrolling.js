// What is wider than its box scrolls there, and the keyboard has to reach it.
// So the page lets it reach all that may be, and this takes the others out of
// its way as they are laid out.
(() => {
  const boxes = document.querySelectorAll(".bd-article [tabindex='0']");

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
