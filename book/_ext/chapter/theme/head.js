// Set the reader's colours before anything is drawn; the theme's script would
// draw the page again.
if (document.documentElement.dataset.mode === "auto") {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
// Preload the typeface of the text with the stylesheet, so that lines do not
// move when it comes. A browser refuses to do so from a disk, and prints an
// error.
if (location.protocol !== "file:") {
  const { content_root: root } = document.documentElement.dataset;
  document.head.append(Object.assign(document.createElement("link"), {
    rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
    href: `${root}_static/fonts/literata.woff2`,
  }));
}
