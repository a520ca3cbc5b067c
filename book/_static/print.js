// On paper a page is light, whatever the screen is.

(() => {
  const root = document.documentElement;
  let onScreen = root.dataset.theme;

  window.addEventListener("beforeprint", () => {
    onScreen = root.dataset.theme;
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    root.dataset.theme = onScreen;
  });
})();
