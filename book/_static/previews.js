// A preview shows where a link leads: when the pointer is on it, when it has
// the focus, and at a first tap; a second tap follows the link. Escape, a press
// elsewhere, and leaving both the link and its preview close it. In an older
// browser without popovers, links have no previews.
/* global loadScript, makeElement */
(() => {
  const article = document.querySelector("article.bd-article");
  if (!article?.showPopover) return;

  const OPEN_DELAY = 150; // ms that the pointer rests on a link
  const CLOSE_DELAY = 300; // ms for its way from the link to the preview
  const GAP = 9; // px between the preview and the line of the link
  const MARGIN = 8; // px to the edges of the window
  const MIN_SCALE = 0.7; // of a wide formula
  const WITHOUT_PREVIEW =
    ".headerlink, .equation-link, .viewcode-back, .toctree-wrapper a";
  // Listings, the search, and files other than pages have no previews.
  const WITHOUT_SCRIPT = /_modules\/|search\.|\.(?!html)\w+$/;

  const facts = { id: "preview", className: "preview", popover: "manual" };
  const box = makeElement("div", { ...facts, role: "tooltip" });
  article.append(box);

  let current = null; // the link whose preview is open
  let next = null; // the link whose preview will be open
  let pointer = ""; // the type of the pointer that was pressed last
  let timer;
  const scripts = new Map();

  function findLink(target) {
    if (box.contains(target)) return current;
    const link = target?.closest?.("article a[href]");
    const isPage =
      link?.host === location.host && !WITHOUT_SCRIPT.test(link.pathname);
    const shown = document.getElementById(link?.hash.slice(1));
    if (shown?.matches(".covered")) return null; // a reader draws it first
    return isPage && !link.matches(WITHOUT_PREVIEW) ? link : null;
  }

  function loadPreviews(address) {
    if (!scripts.has(address)) scripts.set(address, loadScript(address));
    return scripts.get(address);
  }

  async function previewHTML(link) {
    const page = link.pathname.replace(/\/$/, "/index");
    const address = page.replace(/(\.html)?$/, ".js");
    const { previews = {} } = await loadPreviews(address);
    const part = decodeURIComponent(link.hash.slice(1));
    const html = previews[part.includes("=") ? "" : part]; // "=": settings
    const root = document.documentElement.dataset.content_root;
    return html?.replaceAll("_images/", `${root}_images/`);
  }

  function shrinkWideFormulas() {
    for (const formula of box.querySelectorAll("div.math")) {
      const ratio = formula.clientWidth / formula.scrollWidth;
      formula.style.fontSize = `${Math.max(MIN_SCALE, Math.min(1, ratio))}em`;
    }
  }

  function positionAt(link) {
    const root = document.documentElement;
    const header = parseFloat(getComputedStyle(root).scrollPaddingTop);
    const { top, bottom } = link.getBoundingClientRect();
    const { left } = link.getClientRects()[0];
    const above = top - GAP - header;
    const below = root.clientHeight - bottom - GAP - MARGIN;
    const height = box.offsetHeight;
    const isAbove = height <= above || above > below;
    const y = isAbove ? top - GAP - Math.min(height, above) : bottom + GAP;
    const most = root.clientWidth - box.offsetWidth - MARGIN;
    box.style.maxHeight = `${isAbove ? above : below}px`;
    box.style.top = `${window.scrollY + y}px`;
    box.style.left = `${Math.max(MARGIN, Math.min(left, most))}px`;
  }

  async function show(link, byTap) {
    if (link === current) return;
    const html = await previewHTML(link);
    if (link !== next) return;
    if (!html) {
      if (byTap) link.click();
      return;
    }
    close();
    current = next = link;
    hideTitle(link);
    box.innerHTML = html;
    box.removeAttribute("style");
    box.showPopover();
    shrinkWideFormulas();
    positionAt(link);
    const isWide = box.scrollWidth > box.clientWidth;
    const scrolls = isWide || box.scrollHeight > box.clientHeight;
    box.tabIndex = scrolls ? 0 : -1;
    link.setAttribute("aria-describedby", box.id);
  }

  // The browser would show the title on top of the preview.
  function hideTitle(link) {
    const facts = { className: "visually-hidden" };
    if (link.title) link.append(makeElement("span", facts, link.title));
    link.removeAttribute("title");
  }

  function close() {
    clearTimeout(timer);
    current?.removeAttribute("aria-describedby");
    if (current) box.hidePopover();
    current = next = null;
  }

  function schedule(link, delay) {
    if (link === next) return;
    clearTimeout(timer);
    next = link;
    timer = setTimeout(link ? show : close, delay, link);
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const link = findLink(target);
    if (link) schedule(link, OPEN_DELAY);
    else if (!next?.matches(":focus-visible")) schedule(null, CLOSE_DELAY);
  });

  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    pointer = pointerType;
    const link = findLink(target);
    if (!link || link !== current) close();
  });

  document.addEventListener("click", (event) => {
    const byTap = pointer === "touch";
    pointer = "";
    const link = findLink(event.target);
    if (!link || box.contains(event.target)) return;
    if (byTap && link !== current) {
      event.preventDefault();
      next = link;
      show(link, byTap);
    } else {
      close();
    }
  });

  document.addEventListener("focusin", ({ target }) => {
    const link = findLink(target);
    if (link && target.matches(":focus-visible")) schedule(link, 0);
  });

  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && findLink(relatedTarget) !== current) close();
  });

  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    if (document.activeElement === box) current.focus();
    close();
  });

  window.addEventListener("resize", close);
})();
