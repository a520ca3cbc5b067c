// The search finds entries of sections.js, and shows of each the sentence
// that has most of the words.
/* global MiniSearch, Stemmer, commonWords, entries */
"use strict";

{
  const SHOWN = 20;
  const PAUSE = 150; // milliseconds without a key, before an answer
  const WORD = /[\p{L}\p{N}_]+(?:[-’'][\p{L}\p{N}_]+)*/gu;
  const PART = /[\p{L}\p{N}]+/gu;
  const SENTENCE = /\S.*?(?:[.?!][)”’"]*(?= [(“‘"]?\p{Lu})|$)/gu;
  // What readers may look for by another word than the pages have.
  const OTHERWISE = { repeatable: "reproducible", slope: "derivative" };
  const QUESTIONS = "can do does how i my what which you your".split(" ");

  const form = document.querySelector(".bd-search-container form");
  const field = form.elements.q;
  const status = document.querySelector("#search-status");
  const help = document.querySelector("#search-help");
  const list = document.querySelector("#search-results");
  const common = new Set(commonWords.concat(QUESTIONS));
  const stemmer = new Stemmer();

  const wordsOf = (text) => text.match(WORD) ?? [];
  const partsOf = (text) => text.match(PART) ?? [];

  function remember(make) {
    const made = new Map();
    return (key) => {
      if (!made.has(key)) {
        made.set(key, make(key));
      }
      return made.get(key);
    };
  }

  // A compound is found as a whole and by its parts: top-p, clip_grad_norm_.
  const split = remember((word) => [...new Set([word, ...partsOf(word)])]);
  const termsOf = (text) => wordsOf(text).flatMap(split);

  function stem(term) {
    const word = term.toLowerCase();
    return common.has(word) ? "" : stemmer.stemWord(word);
  }

  // A word is found by its stem, by another word, and while one types it.
  const forms = remember((term) => {
    const word = term.toLowerCase();
    const all = [stem(word), word, stem(OTHERWISE[word] ?? "")];
    return all[0] ? [...new Set(all.filter(Boolean))] : [];
  });

  const index = new MiniSearch({
    fields: ["title", "page", "bold", "names", "text"],
    tokenize: termsOf,
    processTerm: forms,
    searchOptions: {
      processTerm: stem,
      boost: { title: 3, bold: 4, names: 0.3 },
      boostDocument: (id) => entries[id].weight,
      prefix: (term, i, terms) => i === terms.length - 1 && term.length > 2,
    },
  });
  const documents = entries.map((entry, id) => ({ ...entry, id }));
  const ready = index.addAllAsync(documents, { chunkSize: 5 });

  // All words as they are, then in parts, then with a typing error, and in
  // the end some of them.
  function find(query) {
    const fuzzy = (term) => (term.length > 3 ? 0.25 : false);
    for (const options of [
      { combineWith: "AND", tokenize: wordsOf },
      { combineWith: "AND", tokenize: partsOf },
      { combineWith: "AND", tokenize: partsOf, fuzzy },
      { combineWith: "OR", tokenize: partsOf, fuzzy },
    ]) {
      const found = index.search(query, options);
      if (found.length > 0) {
        return { found, isPartial: options.combineWith === "OR" };
      }
    }
    return { found: [], isPartial: false };
  }

  // Which of the terms that were found a text has.
  function having(text, terms) {
    const found = termsOf(text).map((word) =>
      forms(word).find((form) => terms.has(form)),
    );
    return new Set(found.filter(Boolean));
  }

  // What is found counts more, the more of the words are together in one of
  // its sentences or in its titles. Those of code are not together.
  function weigh({ id, score, terms, queryTerms }) {
    const entry = entries[id];
    const found = new Set(terms);
    const names = entry.names.filter((name) => having(name, found).size > 0);
    const sentences = entry.text.flatMap((text) => text.match(SENTENCE) ?? []);
    const counts = sentences.map((sentence) => having(sentence, found).size);
    const most = Math.max(0, ...counts);
    const inTitles = having(`${entry.page} ${entry.title}`, found).size;
    const together = Math.max(most, inTitles, Math.min(names.length, 1));
    const share = Math.min(1, together / queryTerms.length);
    const inCode = most === 0 && names.length > 0;
    return {
      entry,
      terms: found,
      score: score * share ** 3,
      sentence: inCode
        ? `In the code: ${names.join(", ")}`
        : (sentences[counts.indexOf(most)] ?? ""),
    };
  }

  // A query such as grad_clipping is a name, and what it names comes first.
  function best(found, query) {
    const isNamed = ({ entry }) =>
      query.includes("_") && entry.title === query;
    return found
      .slice(0, SHOWN)
      .map(weigh)
      .sort((one, other) =>
        isNamed(other) - isNamed(one) || other.score - one.score,
      );
  }

  function addMarked(box, text, terms) {
    let end = 0;
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      if (having(word, terms).size > 0) {
        const mark = document.createElement("mark");
        mark.textContent = word;
        box.append(text.slice(end, start), mark);
        end = start + word.length;
      }
    }
    box.append(text.slice(end));
  }

  function makeItem({ entry, terms, sentence }) {
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
    const excerpt = document.createElement("p");
    addMarked(excerpt, sentence, terms);
    item.append(excerpt);
    return item;
  }

  function describe(count, isPartial) {
    if (count === 0) {
      return "Nothing is found.";
    }
    const places = count === 1 ? "one place" : `${count} places`;
    const those = count > SHOWN ? ` These are the best ${SHOWN}.` : "";
    return isPartial
      ? `No place has all of these words; some are in ${places}.${those}`
      : `Found in ${places}.${those}`;
  }

  function answer() {
    const query = field.value.trim();
    const { found, isPartial } = find(query);
    list.replaceChildren(...best(found, query).map(makeItem));
    status.textContent = query && describe(found.length, isPartial);
    help.hidden = !query || found.length > 0;
  }

  // The address has the query, for the way back from what was found.
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
    clearTimeout(timer);
    ask();
  });
  field.value = new URLSearchParams(window.location.search).get("q") ?? "";
  field.focus();
  ready.then(answer);
}
