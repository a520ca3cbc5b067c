// Elements of a page, made in few words.

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function box(className, ...children) {
  return element("div", { className }, ...children);
}

export function paragraph(className, ...children) {
  return element("p", { className }, ...children);
}

export function button(text, onclick) {
  return element("button", { type: "button", onclick }, text);
}
