// What the scripts of pages share: elements with their properties and content,
// and scripts that are loaded when they are needed. One that cannot be loaded
// sets no property.
/* exported loadScript */
function makeElement(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
function loadScript(src) {
  return new Promise((resolve) => {
    const script = makeElement("script", { src });
    script.onload = script.onerror = () => resolve(script);
    document.head.append(script);
  });
}

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
