// How widgets and moving figures get into a page.
import { box, element } from "./elements.mjs";

// All that were started in the page, by this script and by others.
const started = (globalThis.startedWidgets ??= new Set());

// Start `Kind` wherever the page has data for it. What it shows then replaces
// a sentence or a still figure, which stays if the start fails.
export function start(name, Kind) {
  for (const widget of started) {
    if (widget.place.isConnected) continue;
    started.delete(widget); // a notebook has removed it: its cell was run again
    widget.end?.();
  }
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
  if (!host) return; // a notebook shows the still figure alone
  const caption = host.querySelector(":scope > figcaption");
  const place = box(caption ? "interactive moving-figure" : "interactive");
  if (caption) {
    const title = caption.querySelector(".caption-text") ?? caption;
    const ariaLabel = `${title.textContent}, to be moved`;
    Object.assign(place, { role: "group", ariaLabel });
  }
  for (const [name, textContent] of Object.entries(JSON.parse(STYLES))) {
    const id = `style-of-${name}`; // a script before may have brought it
    if (document.getElementById(id)) continue;
    document.head.append(element("style", { id, textContent }));
  }
  host.insertBefore(place, caption);
  try {
    started.add(new Kind(place, JSON.parse(script.textContent)));
    host.classList.add("started");
  } catch (error) {
    place.remove();
    reportError(error);
  }
}
