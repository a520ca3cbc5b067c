// What sorts the tables listens to clicks on headings. A button in each
// makes it known, and lets the keyboard reach it.
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
}
