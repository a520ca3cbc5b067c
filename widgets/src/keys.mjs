// Keys that lead through a list, and pointers that are dragged.
const STEPS = {
  ...{ ArrowUp: -1, ArrowLeft: -1, Home: -Infinity },
  ...{ ArrowDown: 1, ArrowRight: 1, End: Infinity },
};

// Call `move` with the step that an arrow key, Home or End asks for.
function followKeys(target, move) {
  target.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the page stays
    move(step);
  });
}

// Call `move` as above, and `leave` when the reader leaves what it points at.
export function followReader(target, move, leave) {
  followKeys(target, move);
  target.addEventListener("keydown", ({ key }) => key === "Escape" && leave());
  target.addEventListener("blur", ({ relatedTarget: to }) => {
    if (!to?.closest(".stage")) leave();
  });
  target.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType === "mouse") leave();
  });
}

// Make one stop of buttons in a toolbar: the arrows lead to the next, and the
// key of a button, its `dataset.key`, to the button.
export function makeOneStop(toolbar) {
  const buttons = () => [...toolbar.children];
  const at = () => buttons().indexOf(document.activeElement);
  followKeys(toolbar, (step) => {
    const last = buttons().length - 1;
    buttons()[Math.max(0, Math.min(last, at() + step))].focus();
  });
  toolbar.addEventListener("keydown", ({ key }) => {
    if (key === " " || key === "Enter") return; // they press
    buttons().find(({ dataset }) => dataset.key === key)?.focus();
  });
  toolbar.addEventListener("focusin", ({ target }) => {
    for (const each of buttons()) each.tabIndex = each === target ? 0 : -1;
  });
}

// Call `follow` with the pointer where a reader drags or clicks. A finger that
// moves up or down scrolls the page, unless it is on a handle.
export function followDrag(target, follow) {
  let from; // or null, if the drag has begun
  target.onpointerdown = (event) => {
    target.setPointerCapture(event.pointerId);
    from = event.target.matches(".handle") ? null : event.clientX;
  };
  target.ontouchstart = (event) => from ?? event.preventDefault();
  target.onpointermove = (event) => {
    if (!target.hasPointerCapture(event.pointerId)) return;
    if (from !== null && Math.abs(event.clientX - from) < 10) return;
    from = null;
    follow(event);
  };
  target.onclick = follow;
}
