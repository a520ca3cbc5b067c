// On a phone, the contents close when a page or a section is chosen.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("dialog[id$='-sidebar-modal'] a[href]");
  link?.closest("dialog").close();
});

// What unfolds may scroll. The theme lets the keyboard reach all that does
// when the window changes its size.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details")) window.dispatchEvent(new Event("resize"));
}, true);
