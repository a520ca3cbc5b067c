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
  codeMirrorConfig: {
    theme: "chapter",
    lineNumbers: false,
    screenReaderLabel: "Code of this cell",
  },
  mountRunButton: true,
};

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
  bar.tabIndex = -1; // the menu closes, and would leave the focus nowhere
  bar.focus({ preventScroll: true });
  return {
    remove: () => bar.remove(),
    say(text) {
      const status = bar.querySelector("p");
      if (status.textContent !== text) status.textContent = text;
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
  }).observe(place, { childList: true, subtree: true });
  return place;
}

// Turn the cells that show their code into editors; the others stay.
function makeEditors(config, rendermime) {
  const cells = [...document.querySelectorAll("div.cell:has(.cell_input)")];
  const items = cells.map((cell, i) => ({
    id: `live-${i}`,
    placeholders: {
      source: cell.querySelector(".cell_input > *"),
      output: placeOutput(cell),
    },
  }));
  const blocks = items.map(({ id, placeholders: { source } }) => ({
    id,
    source: source.querySelector("pre").textContent.trimEnd(),
  }));
  const notebook = thebeCore.api.setupNotebookFromBlocks(
    blocks,
    config,
    rendermime,
  );
  thebe.renderAllCells(OPTIONS, notebook, items);
  return notebook;
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
  const notebook = makeEditors(config, rendermime);
  notebook.attachSession(session);
  followKernel(session, notebook, config, bar);
  const all = notebook.cells.map((cell) => cell.id);
  bar.offer("Run all", () => notebook.executeCells(all, true));
  bar.offer("Stop", () => session.kernel.interrupt());
  bar.say(READY);
}

async function startLiveCode() {
  const present = document.querySelector(".live-bar");
  if (present) return present.focus({ preventScroll: true });
  const bar = makeBar();
  try {
    await run(bar);
  } catch (error) {
    const reason = error.message ?? error;
    bar.say(`Live code could not start, and the page is as before: ${reason}`);
    bar.offer("Try again", () => {
      bar.remove();
      startLiveCode();
    });
  }
}
