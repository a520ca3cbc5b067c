// On paper a page is light, and its code goes on overleaf at a blank line.

(() => {
  const SHORT = 10; // lines of code that stay together
  const FEWEST = 2; // lines that a part of longer code has at least
  const LONG = 24; // lines of a part that would leave too much paper blank
  const onPaper = { theme: "", copies: [] };

  /** Return how many lines a text has, without the blank ones at its ends. */
  function lines(text) {
    return text.trim().split("\n").length;
  }

  /** Return where the parts of a text begin: after blank lines. */
  function beginnings(text) {
    const found = [0];
    if (lines(text) > SHORT) {
      for (const { 0: blank, index } of text.matchAll(/\n\s*\n/g)) {
        const next = index + blank.length;
        const both = [text.slice(found.at(-1), next), text.slice(next)];
        if (both.every((part) => lines(part) >= FEWEST)) {
          found.push(next);
        }
      }
    }
    return found;
  }

  /** Return the point of an element that is at a place of its text. */
  function pointAt(element, place) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let left = place;
    while (texts.nextNode() && left >= texts.currentNode.length) {
      left -= texts.currentNode.length;
    }
    return [texts.currentNode, left];
  }

  /** Return a copy of code in parts, which the style keeps on one page each. */
  function inParts(code) {
    const copy = code.cloneNode(true);
    let next = null;
    for (const place of beginnings(copy.textContent).reverse()) {
      const range = document.createRange();
      range.selectNodeContents(copy);
      if (next) {
        range.setEndBefore(next);
      }
      if (place > 0) {
        range.setStart(...pointAt(copy, place));
      }
      next = document.createElement("span");
      next.append(range.extractContents());
      next.className = lines(next.textContent) > LONG ? "part long" : "part";
      range.insertNode(next);
    }
    return copy;
  }

  window.addEventListener("beforeprint", () => {
    const root = document.documentElement;
    onPaper.theme = root.dataset.theme;
    root.dataset.theme = "light";
    for (const code of document.querySelectorAll(".bd-article pre")) {
      const copy = inParts(code);
      code.replaceWith(copy);
      onPaper.copies.push([copy, code]);
    }
  });

  window.addEventListener("afterprint", () => {
    document.documentElement.dataset.theme = onPaper.theme;
    for (const [copy, code] of onPaper.copies.splice(0)) {
      copy.replaceWith(code);
    }
  });
})();
