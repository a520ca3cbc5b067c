// The search finds entries of sections.js, and shows of each the sentence
// that says most about what was asked.
/* global MiniSearch, Stemmer, commonWords, entries */
"use strict";

{
  const SHOWN = 20;
  const PAUSE = 150; // milliseconds without a key, before an answer
  const WORD = /[\p{L}\p{N}_]+(?:[-’'][\p{L}\p{N}_]+)*/gu;
  const SENTENCE = /\S.*?(?:[.?!][)”’"]*(?= [(“‘"]?\p{Lu})|$)/gu;

  const form = document.querySelector(".bd-search-container form");
  const field = form.elements.q;
  const state = document.querySelector("#search-status");
  const help = document.querySelector("#search-help");
  const list = document.querySelector("#search-results");
  const common = new Set(commonWords);
  const stemmer = new Stemmer();
  const stems = new Map();

  // A compound is found as a whole and by its parts: top-p, clip_grad_norm_.
  function split(text) {
    return (text.match(WORD) ?? []).flatMap((word) => {
      const parts = word.split(/[-_’']+/).filter((part) => part);
      return parts.length > 1 ? [word, ...parts] : [word];
    });
  }

  function stem(term) {
    const word = term.toLowerCase();
    if (!stems.has(word)) {
      stems.set(word, common.has(word) ? "" : stemmer.stemWord(word));
    }
    return stems.get(word);
  }

  // Words are known by their stems, and as they are while one types them.
  function forms(term) {
    const found = stem(term);
    return found && [...new Set([found, term.toLowerCase()])];
  }

  const index = new MiniSearch({
    fields: ["title", "page", "bold", "names", "text"],
    tokenize: split,
    processTerm: forms,
    searchOptions: {
      processTerm: stem,
      boost: { title: 4, bold: 4 },
      boostDocument: (id) => entries[id].weight,
      prefix: (term, i, terms) => i === terms.length - 1 && term.length > 2,
    },
  });
  const documents = entries.map((entry, id) => ({ ...entry, id }));
  const ready = index.addAllAsync(documents, { chunkSize: 10 });

  // First all words as they are, then with typing errors, then some of them.
  function find(query) {
    const fuzzy = (term) => (term.length > 3 ? 0.25 : false);
    for (const options of [
      { combineWith: "AND" },
      { combineWith: "AND", fuzzy },
      { combineWith: "OR", fuzzy },
    ]) {
      const found = index.search(query, options);
      if (found.length > 0) {
        return { found, isPartial: options.combineWith === "OR" };
      }
    }
    return { found: [], isPartial: false };
  }

  function matches(text, terms) {
    const found = split(text).filter((word) => terms.has(stem(word)));
    return new Set(found.map(stem)).size;
  }

  // The first of the sentences that have most of the words.
  function bestSentence({ text, names }, terms) {
    const known = names.filter((name) => matches(name, terms)).join(", ");
    const sentences = text.flatMap((paragraph) => paragraph.match(SENTENCE));
    if (known) {
      sentences.push(`In the code: ${known}`);
    }
    const counts = sentences.map((sentence) => matches(sentence, terms));
    return sentences[counts.indexOf(Math.max(...counts))] ?? "";
  }

  function addMarked(box, text, terms) {
    let end = 0;
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      if (matches(word, terms)) {
        const mark = document.createElement("mark");
        mark.textContent = word;
        box.append(text.slice(end, start), mark);
        end = start + word.length;
      }
    }
    box.append(text.slice(end));
  }

  function makeItem({ id, terms }) {
    const entry = entries[id];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.address;
    link.textContent = entry.title;
    item.append(link);
    if (entry.page !== entry.title) {
      const page = document.createElement("span");
      page.textContent = ` in ${entry.page}`;
      item.append(page);
    }
    const sentence = document.createElement("p");
    const found = new Set(terms.map(stem));
    addMarked(sentence, bestSentence(entry, found), found);
    item.append(sentence);
    return item;
  }

  function describe(count, isPartial) {
    if (count === 0) {
      return "Nothing is found.";
    }
    const best = count > SHOWN ? ` Here are the best ${SHOWN}.` : "";
    return isPartial
      ? `No place has all of these words, and ${count} have some.${best}`
      : `Found in ${count === 1 ? "one place" : `${count} places`}.${best}`;
  }

  function answer() {
    const query = field.value.trim();
    const { found, isPartial } = find(query);
    list.replaceChildren(...found.slice(0, SHOWN).map(makeItem));
    state.textContent = query && describe(found.length, isPartial);
    help.hidden = !query || found.length > 0;
  }

  // The address has the query, so that one comes back to what was found.
  function ask() {
    const address = new URL(window.location.href);
    address.searchParams.set("q", field.value);
    window.history.replaceState(null, "", address);
    answer();
  }

  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  field.value = new URLSearchParams(window.location.search).get("q") ?? "";
  field.focus();
  ready.then(answer);
}
