// Controls of the widgets, as components of Preact.
import { percent } from "./numbers.mjs";
import { BLANKS } from "./text.mjs";
import { html, useLayoutEffect, useRef, useState } from "./vendor/preact.mjs";

// Return a reference to an element, with which `begin` is called once it is
// there.
export function useElement(begin) {
  const reference = useRef();
  useLayoutEffect(() => begin(reference.current), []);
  return reference;
}

// Return the size of an element, which is `usual` until it is in a page.
export function useSize(reference, usual) {
  const [size, setSize] = useState(usual);
  useLayoutEffect(() => {
    const measure = () => {
      if (!reference.current) return; // it has gone meanwhile
      const { width, height } = reference.current.getBoundingClientRect();
      setSize({ width: width || usual.width, height });
    };
    // In the next frame, because what is drawn may change the size again.
    const observer = new ResizeObserver(() => requestAnimationFrame(measure));
    observer.observe(reference.current);
    measure();
    return () => observer.disconnect();
  }, []);
  return size;
}

export function Button({ text, act, ...attributes }) {
  return html`<button type="button" onClick=${act} ...${attributes}>${text}</button>`;
}

// A slider that shows its value as `text(value)`.
export function Slider({ name, text = String, value, change, ...range }) {
  const shown = text(value);
  const set = ({ target }) => change(target.valueAsNumber);
  return html`<label class="slider">
    <span>${name}</span><span class="value">${shown}</span>
    <input type="range" aria-label=${name} aria-valuetext=${shown} ...${range}
      value=${value} onInput=${set} />
  </label>`;
}

// A list to select a value from; each of the `options` is a text and a value.
export function Select({ name, options, value, change, isDisabled, ...attributes }) {
  const set = ({ target }) => change(options[target.selectedIndex][1]);
  const items = options.map(([text, each]) =>
    html`<option value=${text} selected=${each === value}
      disabled=${isDisabled?.(each)}>${text}</option>`);
  return html`<label ...${attributes}>
    <span>${name}</span>
    <select aria-label=${name} onInput=${set}>${items}</select>
  </label>`;
}

// Buttons of which one can be pressed.
export function Choice({ options, chosen, choose, kind = "", classOf, children, ...attributes }) {
  const buttons = options.map((text, i) =>
    html`<${Button} text=${text} act=${() => choose(i)} class=${classOf?.(i)}
      aria-pressed=${i === chosen} />`);
  return html`<div class="buttons ${kind}" ...${attributes}>${children}${buttons}</div>`;
}

// A probability with its bar, and the letter that has it.
export function Share({ token, share }) {
  return html`<span class="share" style="--q: ${share.toFixed(4)}">
    ${token && html`<${Letter} token=${token} /> `}${percent(share)}</span>`;
}

// A letter; a space is visible, and has a name.
export function Letter({ token }) {
  const { sign = token, name } = BLANKS[token] ?? {};
  return html`<span class="letter" role=${name && "img"} aria-label=${name}>${sign}</span>`;
}
