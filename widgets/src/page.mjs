// How widgets and moving figures get into a page.
import { box, element } from "./elements.mjs";

// Start `Kind` wherever the page has data for it. What it shows then replaces
// a sentence or a still figure, which stays if the start fails.
export function start(name, Kind) {
  const scripts = `script:is(.data, .moving)[data-name="${name}"]`;
  const found = globalThis.document?.querySelectorAll(scripts) ?? [];
  for (const script of found) {
    if (script.dataset.started) continue;
    script.dataset.started = true;
    startAt(script, Kind);
  }
}

function startAt(script, Kind) {
  const host = script.closest("figure, .network-widget");
  const caption = host.querySelector(":scope > figcaption");
  const place = box("interactive");
  addStyle();
  if (caption) describeFigure(place, caption);
  host.insertBefore(place, caption);
  try {
    new Kind(place, JSON.parse(script.textContent));
    host.classList.add("started");
  } catch (error) {
    place.remove();
    reportError(error);
  }
}

function describeFigure(place, caption) {
  const title = caption.querySelector(".caption-text") ?? caption;
  place.classList.add("moving-figure");
  place.role = "group";
  place.ariaLabel = `${title.textContent}, to be moved`;
}

function addStyle() {
  if (document.querySelector("#interactive-style")) return;
  document.head.append(element("style", { id: "interactive-style" }, STYLE));
}
