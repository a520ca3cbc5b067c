// Elements of a page and of a drawing, made in few words.

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

export function svgElement(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
