// On a phone, close the contents when a page or a section is chosen.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("dialog[id$='-sidebar-modal'] a[href]");
  link?.closest("dialog").close();
});

// When a fold opens, let the theme put what scrolls in it into the tab order,
// which it does when the window is resized.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details")) window.dispatchEvent(new Event("resize"));
}, true);
