// A field to type in, which lies over a mirror: this has the same characters in
// the same places, and what is drawn of them.
import { html, useLayoutEffect, useRef } from "./vendor/preact.mjs";

// `children` are what the mirror shows of the text, `value`, in the style `look`.
// `change` is called with the event when the reader has typed, and `point` when
// a key has moved the caret. More attributes are the field's.
export function Mirror({ value, children, look, change, point, ...attributes }) {
  const [paper, input] = [useRef(), useRef()];
  useLayoutEffect(() => fill(input.current, value));
  followEnd(paper);
  return html`<div class="paper" ref=${paper}>
    <div class="mirror" aria-hidden="true" style=${look}>${children}</div>
    <textarea spellcheck=${false} autocapitalize="off" ref=${input} ...${attributes}
      onInput=${change}
      onKeyUp=${(event) => /^(Arrow|Home|End)/.test(event.key) && point(event)} />
  </div>`;
}

// Put a text into a field, in which the caret stays.
function fill(field, text) {
  if (field.value === text) return;
  const { value, selectionStart: start, selectionEnd: end } = field;
  field.value = text;
  if (value) field.setSelectionRange(start, end);
}

// Let what is new be seen, unless the reader has scrolled up.
function followEnd({ current: paper }) {
  const isAtEnd = !paper ||
    paper.scrollTop + paper.clientHeight > paper.scrollHeight - 10;
  useLayoutEffect(() => {
    if (paper && isAtEnd) paper.scrollTop = paper.scrollHeight;
  });
}
