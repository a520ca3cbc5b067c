// Where a link leads is shown when it is pointed at, when the keyboard
// reaches it, and at a first tap; a second one follows the link. Escape, a
// press elsewhere, and leaving both the link and its preview close it. An
// older browser, which knows no popovers, follows links as ever.
(() => {
  const article = document.querySelector("article.bd-article");
  if (!article?.showPopover) return;

  const WAIT = 150; // ms that the pointer rests on a link
  const GRACE = 300; // ms for its way from the link to the preview
  const GAP = 9; // px between the preview and the line of the link
  const MARGIN = 8; // px to the edges of the window
  const LEAST = 0.7; // of its size has a wide formula
  const NONE = ".headerlink, .trace, .viewcode-back, .toctree-wrapper a";
  // Listings and indices have no previews, files that are no pages neither.
  const OTHERS = /_modules\/|genindex|modindex|search\.|\.(?!html)\w+$/;

  const box = document.createElement("div");
  box.id = box.className = "preview";
  box.setAttribute("role", "tooltip");
  box.popover = "manual";
  article.append(box);

  let shown = null; // the link whose preview is open,
  let aim = null; // and that whose preview is going to be
  let pointer = ""; // the kind of the pointer that was pressed last
  let timer;
  const scripts = new Map();

  function linkAt(target) {
    if (box.contains(target)) return shown;
    const link = target?.closest?.("article a[href]");
    const isPage = link?.host === location.host && !OTHERS.test(link.pathname);
    return isPage && !link.matches(NONE) ? link : null;
  }

  function load(address) {
    if (!scripts.has(address)) {
      scripts.set(address, new Promise((resolve) => {
        const script = document.createElement("script");
        script.onload = () => resolve(script.previews);
        script.onerror = () => resolve({});
        script.src = address;
        document.head.append(script);
      }));
    }
    return scripts.get(address);
  }

  async function preview(link) {
    const page = link.pathname.replace(/\/$/, "/index");
    const previews = await load(page.replace(/(\.html)?$/, ".js"));
    const html = previews[decodeURIComponent(link.hash.slice(1))];
    const root = document.documentElement.dataset.content_root;
    return html?.replaceAll("_images/", `${root}_images/`);
  }

  // A wide formula becomes smaller.
  function fit() {
    for (const formula of box.querySelectorAll("div.math")) {
      const ratio = formula.clientWidth / formula.scrollWidth;
      formula.style.fontSize = `${Math.max(LEAST, Math.min(1, ratio))}em`;
    }
  }

  function place(link) {
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
    if (link === shown) return;
    const html = await preview(link);
    if (link !== aim) return;
    if (!html) {
      if (byTap) link.click();
      return;
    }
    close();
    shown = aim = link;
    hideTitle(link);
    box.innerHTML = html;
    box.removeAttribute("style");
    box.showPopover();
    fit();
    place(link);
    const isWide = box.scrollWidth > box.clientWidth;
    const scrolls = isWide || box.scrollHeight > box.clientHeight;
    box.tabIndex = scrolls ? 0 : -1;
    link.setAttribute("aria-describedby", box.id);
  }

  // The browser would show a title on top of the preview.
  function hideTitle(link) {
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = link.title;
    if (link.title) link.append(name);
    link.removeAttribute("title");
  }

  function close() {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    if (shown) box.hidePopover();
    shown = aim = null;
  }

  function turnTo(link, delay) {
    if (link === aim) return;
    clearTimeout(timer);
    aim = link;
    timer = setTimeout(link ? show : close, delay, link);
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const link = linkAt(target);
    if (link) turnTo(link, WAIT);
    else if (!aim?.matches(":focus-visible")) turnTo(null, GRACE);
  });

  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    pointer = pointerType;
    const link = linkAt(target);
    if (!link || link !== shown) close();
  });

  document.addEventListener("click", (event) => {
    const byTap = pointer === "touch";
    pointer = "";
    const link = linkAt(event.target);
    if (!link || box.contains(event.target)) return;
    if (byTap && link !== shown) {
      event.preventDefault();
      aim = link;
      show(link, byTap);
    } else {
      close();
    }
  });

  document.addEventListener("focusin", ({ target }) => {
    const link = linkAt(target);
    if (link && target.matches(":focus-visible")) turnTo(link, 0);
  });

  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && linkAt(relatedTarget) !== shown) close();
  });

  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    if (document.activeElement === box) shown.focus();
    close();
  });

  window.addEventListener("resize", close);
})();
