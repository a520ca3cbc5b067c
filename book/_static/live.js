// Live code: on request, the cells of the page run in a container that a
// BinderHub starts. Nothing is fetched before.
const THEBE = "https://cdn.jsdelivr.net/npm/thebe@0.9.3/lib/index.js";
const INTEGRITY =
  "sha384-jD7u+icBMbuPUkzq2VCHol9Rd0VnPVjvTI8ZHQsQEZdbmH9gWMdD732B8Dli6Gej";
const STYLE = new URL("live.css", document.currentScript.src);
const { binder, provider, repository, branch, page } =
  document.currentScript.dataset;
const HUB = new URL(binder).host;

const OPTIONS = {
  binderOptions: {
    binderUrl: binder,
    repoProvider: provider,
    repo: repository,
    ref: branch,
  },
  // The kernel runs in the page's folder, as it does when the page is built.
  kernelOptions: { kernelName: "python3", path: page },
  mathjaxUrl: "", // no output has formulas
  mountRunButton: true,
};
const EDITOR = {
  theme: "chapter",
  lineNumbers: false,
  lineWrapping: matchMedia("(max-width: 600px)").matches,
};

const START = "Run it in this page"; // as a button below an exercise says
const READY =
  "Ready. Edit the code; Shift+Enter runs a cell, Escape leaves it. " +
  "A page runs from top to bottom.";
const DIED =
  "Python has died, perhaps for lack of memory. It starts anew: run the " +
  "page from its top.";
const ENDED =
  "Python has ended here: the container is gone, or runs another page. " +
  "To begin anew, reload this page.";

// The bar says what is going on, to screen readers too.
function makeBar() {
  const bar = document.createElement("section");
  bar.className = "live-bar";
  bar.setAttribute("aria-label", "Live code");
  bar.innerHTML = '<p role="status"></p><div></div>';
  document.querySelector("article.bd-article").prepend(bar);
  return {
    say(text) {
      const status = bar.querySelector("p");
      if (status.textContent !== text) status.textContent = text;
    },
    fail(text) {
      bar.classList.add("failed");
      this.say(text);
    },
    offer(text, action) {
      const button = document.createElement("button");
      button.textContent = text;
      button.onclick = action;
      bar.querySelector("div").append(button);
    },
  };
}

function fetchFile(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes);
    const host = new URL(element.src || element.href).host;
    element.onload = resolve;
    element.onerror = () => reject(`${host} does not answer as it should.`);
    document.head.append(element);
  });
}

async function fetchThebe() {
  if (window.thebe) return;
  await fetchFile("link", { rel: "stylesheet", href: STYLE });
  await fetchFile("script", {
    src: THEBE,
    integrity: INTEGRITY,
    crossOrigin: "anonymous",
  });
}

// Return a server in a container; Binder tells how far it is, line by line.
async function findServer(config, bar) {
  bar.say(`Asking ${HUB} for a container …`);
  config.events.on("status", (_, { message }) => {
    const phase = message?.match(/^Binder is: (\w+)/)?.[1];
    if (phase) {
      bar.say(
        `${HUB}, ${phase} … This takes some minutes if nobody has ` +
          "asked for this copy of the chapter lately.",
      );
    }
  });
  return thebeCore.api.connectToBinder(config).ready.catch((reason) => {
    throw `${HUB} gives no container. ${String(reason).split("\n")[0]}`;
  });
}

// New output takes the place of the old; what describes a figure stays.
function placeOutput(cell) {
  const place = document.createElement("div");
  const output = cell.querySelector(".cell_output");
  const alt = output?.querySelector("img")?.alt ?? "What this cell draws";
  const figure = output?.querySelector("figure");
  const caption = figure?.querySelector("figcaption");
  for (const node of [...(output?.childNodes ?? [])]) {
    place.append(...(node === figure ? figure.childNodes : [node]));
  }
  if (figure) {
    output.append(figure);
    figure.append(place, caption ?? "");
  } else {
    (output ?? cell).append(place);
  }
  new MutationObserver(() => {
    for (const image of place.querySelectorAll("img:not([alt])")) {
      image.alt = alt;
    }
    for (const text of place.querySelectorAll("pre")) {
      if (text.scrollWidth > text.clientWidth) text.tabIndex = 0;
    }
  }).observe(place, { childList: true, subtree: true });
  return place;
}

// What becomes an editor: a cell that shows its code, or in the fold below an
// exercise the stub or the check.
class Item {
  constructor(element, number) {
    this.element = element;
    this.id = `live-${number}`;
    this.fold = element.closest(".attempt");
    this.isCheck = element.matches(".attempt .check");
    this.placeholders = {
      source: element.querySelector(".cell_input > *, .trial > *"),
      output: placeOutput(element),
    };
  }

  // Solutions aside, as an attempt is to do without them.
  isBefore(fold) {
    const { DOCUMENT_POSITION_PRECEDING } = Node;
    return (
      !this.fold &&
      !this.element.closest(".solution") &&
      fold.compareDocumentPosition(this.element) & DOCUMENT_POSITION_PRECEDING
    );
  }

  get label() {
    if (!this.fold) return "Code of this cell";
    const exercise = this.fold.previousElementSibling;
    const number = exercise.querySelector(".caption-number").textContent;
    return `${this.isCheck ? "Check of" : "Your code for"} ${number}`;
  }

  render(notebook) {
    const codeMirrorConfig = { ...EDITOR, screenReaderLabel: this.label };
    const options = { ...OPTIONS, codeMirrorConfig };
    const [{ ui }] = thebe.renderAllCells(options, notebook, [this]);
    if (this.isCheck) {
      const { run } = ui.buttons;
      Object.assign(run, { textContent: "check", title: "check your answer" });
    }
  }
}

// Turn code into editors; what is no cell, or hides its code, stays.
function makeEditors(config, rendermime) {
  const code = "div.cell:has(.cell_input), .attempt .trial";
  const items = [...document.querySelectorAll(code)].map(
    (element, number) => new Item(element, number),
  );
  const blocks = items.map(({ id, placeholders: { source } }) => ({
    id,
    source: source.querySelector("pre").textContent.trimEnd(),
  }));
  const notebook = thebeCore.api.setupNotebookFromBlocks(
    blocks,
    config,
    rendermime,
  );
  items.forEach((item) => item.render(notebook));
  return [notebook, items];
}

function followKernel({ kernel }, notebook, { events }, bar) {
  const running = new Set(); // cells, and the notebook that runs them all
  let outcome;
  events.on("status", (_, { id, status }) => {
    if (status === "executing") {
      if (running.size === 0) outcome = "";
      running.add(id);
      bar.say("Running …");
    }
    if (status === "idle" && running.delete(id) && running.size === 0) {
      bar.say(outcome || "Done.");
    }
  });
  events.on("error", () => {
    outcome ||= "A cell has failed: its output says how.";
  });
  kernel.statusChanged.connect((_, status) => {
    if (status === "autorestarting") {
      notebook.cells.forEach((cell) => cell.isBusy && cell.setAsIdle());
      outcome = DIED;
      bar.say(DIED);
    }
    if (status === "dead") bar.say(ENDED);
  });
  kernel.disposed.connect(() => bar.say(ENDED));
  kernel.connectionStatusChanged.connect((_, status) => {
    if (status === "disconnected") bar.say(ENDED);
  });
}

// Run some cells in their order, until one fails. Of all others, Thebe would
// warn that they are left out.
async function execute(cells, { events }) {
  const tell = (status) => events.trigger("status", { id: "all", status });
  tell("executing");
  for (const cell of cells) {
    const outcome = await cell.execute(cell.source);
    if (!outcome || outcome.error) break;
  }
  tell("idle");
}

async function run(bar) {
  bar.say("Loading Thebe from cdn.jsdelivr.net …");
  await fetchThebe();
  const { api } = thebeCore;
  const config = api.makeConfiguration(OPTIONS, api.makeEvents());
  const server = await findServer(config, bar);
  bar.say("Starting Python …");
  const rendermime = api.makeRenderMimeRegistry(config.mathjax);
  await server.shutdownAllSessions(); // a container has memory for one page
  const session = await server.startNewSession(rendermime);
  const [notebook, items] = makeEditors(config, rendermime);
  notebook.attachSession(session);
  followKernel(session, notebook, config, bar);
  const runAll = (chosen) => {
    const ids = chosen.map((item) => item.id);
    return execute(ids.map((id) => notebook.getCellById(id)), config);
  };
  bar.offer("Run all", () => runAll(items.filter((item) => !item.fold)));
  bar.offer("Stop", () => session.kernel.interrupt());
  for (const [fold, button] of attempts) {
    const above = items.filter((item) => item.isBefore(fold));
    button.textContent = "Run the cells above";
    button.onclick = () => runAll(above);
  }
  bar.say(READY);
}

async function begin() {
  const present = document.querySelector(".live-bar");
  if (present && !present.matches(".failed")) return;
  present?.remove();
  const bar = makeBar();
  label("Starting …");
  try {
    await run(bar);
  } catch (error) {
    const reason = error.message ?? error;
    label(START);
    bar.fail(`Live code could not start, and the page is as before: ${reason}`);
    bar.offer("Try again", startLiveCode);
  }
}

// The focus goes to the bar: the menu closes, and would leave it nowhere.
function startLiveCode() {
  begin();
  const bar = document.querySelector(".live-bar");
  bar.tabIndex = -1;
  bar.focus({ preventScroll: true });
}

function label(text) {
  for (const [, button] of attempts) button.textContent = text;
}

// In the fold below an exercise a button starts live code, and keeps the
// focus. Then it runs what the attempt builds on.
const attempts = [...document.querySelectorAll(".attempt")].map((fold) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = START;
  button.onclick = begin;
  fold.querySelector("summary").after(button);
  return [fold, button];
});
