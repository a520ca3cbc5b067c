// The library that sorts tables listens to clicks on headings. A button in
// each shows that, and makes it accessible by the keyboard.
/* global makeElement */
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  const content = heading.childNodes;
  heading.append(makeElement("button", { type: "button" }, ...content));
}
