// Only formulas that scroll are in the tab order.
{
  const observer = new ResizeObserver((entries) => {
    for (const { target: formula } of entries) {
      const isWide = formula.scrollWidth > formula.clientWidth;
      if (isWide) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    }
  });

  // The observer calls back at once, and when the box of a formula changes.
  const observeFormulas = () => {
    observer.disconnect();
    for (const formula of document.querySelectorAll(".bd-article .formula")) {
      observer.observe(formula);
    }
  };

  observeFormulas();
  document.fonts.addEventListener("loadingdone", observeFormulas);
}
