// Elements of a page, made in few words.

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function button(text, act) {
  return element("button", { type: "button", onclick: act }, text);
}

// The same for a drawing.
export function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// Return what tells a screen reader a text, once no other has come for a
// while.
export function announcer(place, delay = 400) {
  const status = element("p", { className: "told", role: "status" });
  let timer;
  place.append(status);
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), delay);
  };
}
