// Where a reader has been: each page that was opened has an entry in the
// browser's storage, which lists the sections that were in view for a while.
// The contents mark both. If storage is refused, marks last as long as a page.
{
  const AWHILE = 1000; // milliseconds

  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const keep = (key, text) => {
    try {
      localStorage.setItem(key, text);
    } catch {
      // It is refused, or full.
    }
  };
  const keyOf = ({ pathname }) =>
    `seen:${pathname.replace(/\/$/, "/index.html")}`;
  const mark = (link) => {
    if (!link.classList.contains("seen")) {
      link.classList.add("seen");
      const words = '<span class="visually-hidden"> (visited)</span>';
      link.insertAdjacentHTML("beforeend", words);
    }
  };

  const page = keyOf(location);
  for (const link of document.querySelectorAll(".bd-links a")) {
    if (keyOf(link) !== page && recall(keyOf(link)) !== null) {
      mark(link);
    }
  }

  const seen = new Set(recall(page)?.split(" "));
  keep(page, [...seen].join(" "));
  const timers = new Map();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        clearTimeout(timers.get(target));
        if (isIntersecting) {
          timers.set(target, setTimeout(visit, AWHILE, target));
        }
      }
    },
    { rootMargin: "-10% 0px -25%" }, // not its end alone, nor its heading
  );
  const links = new Map();
  const visit = (section) => {
    observer.unobserve(section);
    mark(links.get(section));
    keep(page, [...seen.add(section.id)].join(" "));
  };
  for (const link of document.querySelectorAll("#pst-page-toc-nav a")) {
    const section = document.getElementById(link.hash.slice(1));
    links.set(section, link);
    if (seen.has(section.id)) {
      mark(link);
    } else {
      observer.observe(section);
    }
  }
}

// On a phone, the contents close when a page or a section is chosen, and the
// keyboard goes on from the heading.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("dialog[id$='-sidebar-modal'] a[href]");
  if (!link) {
    return;
  }
  const section = document.getElementById(link.hash.slice(1));
  const heading = section?.querySelector("h1, h2, h3");
  const dialog = link.closest("dialog");
  const goOn = () => {
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    section?.scrollIntoView(); // the theme has given the focus to a button
  };
  dialog.addEventListener("close", goOn, { once: true });
  dialog.close();
});

// A menu closes after a choice, and arrows lead through its entries.
document.addEventListener("click", ({ target }) => {
  target.closest(".dropdown-item")?.closest("[popover]").hidePopover();
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".dropdown-menu:popover-open");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (menu && step) {
    const entries = [...menu.querySelectorAll(".dropdown-item")];
    const place = entries.indexOf(document.activeElement);
    const first = step > 0 ? 0 : -1;
    const next = place < 0 ? first : (place + step) % entries.length;
    entries.at(next).focus();
    event.preventDefault(); // the page stays where it is
  }
});

// The theme takes the focus off these buttons when they are clicked. But a
// screen reader says the new state of the one that has it, and the others
// get it back when the contents close.
window.addEventListener("DOMContentLoaded", () => {
  const buttons = ".theme-switch-button, .sidebar-toggle";
  for (const button of document.querySelectorAll(buttons)) {
    button.addEventListener("click", () => button.focus(), true);
  }
});

// How far one has read, where the style cannot show it.
if (!CSS.supports("animation-timeline: scroll()")) {
  const header = document.querySelector(".bd-header-article");
  const { documentElement } = document;
  window.addEventListener("scroll", () => {
    const { clientHeight, scrollHeight, scrollTop } = documentElement;
    const read = scrollTop / (scrollHeight - clientHeight);
    header.style.setProperty("--read", read);
  }, { passive: true });
}
