// The library that sorts tables listens to clicks on headings. A button in
// each shows that, and makes it accessible by the keyboard.
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
}
