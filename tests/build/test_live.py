"""Live code: nothing is fetched until asked, then the cells really run.

Thebe is what npm has, which the CDN serves. For a container of Binder stands
a server of Jupyter on this machine, which is what such a container runs.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import time
from urllib.request import urlopen

import pytest
from chapter.offer import fork
from shared import checkers
from shared.book import HEAD, INDEX, make_book
from shared.site import ROOT
from shared.tools import need

SCRIPT = (ROOT / "book/_static/live.js").read_text("utf-8")
CDN = re.search(r"https://[\w.]+/npm/thebe@([\d.]+)/", SCRIPT)
BINDER = "https://mybinder.org/build/gh/ada/chapter/notebooks"
CELLS = """
```{code-cell} ipython3
import json
from pathlib import Path

record = json.loads(Path("../benchmarks/record.json").read_text("utf-8"))
print("in", Path.cwd().name, "the record is", record)
```

```{code-cell} ipython3
:tags: [hide-input]
print("twice the record is", 2 * record)
```

```{code-cell} ipython3
---
mystnb:
  image: {alt: A line}
  figure: {caption: The caption., name: fig-line}
---
from charrnn import figures

fig, ax = figures.plt.subplots()
ax.plot([1, record]);
```

```{code-cell} ipython3
:tags: [remove-input]
from charrnn import corpus
from charrnn.display import Source

Source(corpus.clean)
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Make a book of one page, and build it as a fork on GitHub does."""
    book = make_book(tmp_path_factory.mktemp("live") / "chapter")
    (book.root / "benchmarks").mkdir()
    record = book.root / "benchmarks" / "record.json"
    record.write_text("3", "utf-8")
    (book.root / f"{INDEX}.md").write_text(HEAD + CELLS, "utf-8")
    book.build(**{fork.REPOSITORY: "https://github.com/ada/chapter"})
    return book


@pytest.fixture(scope="module")
def thebe(tools):
    """Fetch Thebe once, as npm has it; read its files, by name."""
    archive = checkers.TOOLS / f"thebe-{CDN[1]}.tgz"
    if not archive.exists():
        pack = ["npm", "pack", "--pack-destination", checkers.TOOLS]
        if subprocess.run([*pack, f"thebe@{CDN[1]}"]).returncode:
            need("a network", "to fetch Thebe")
    with tarfile.open(archive) as files:
        return {
            member.name.removeprefix("package/"): files.extractfile(
                member
            ).read()
            for member in files
            if member.isfile()
        }


@pytest.fixture(scope="module")
def container(book, tmp_path_factory):
    """Run a server of Jupyter in the folder of the book; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ip": "127.0.0.1", "port": port, "port_retries": 0,
        "base_url": "/user/ada/", "root_dir": book.root, "allow_origin": "*",
        "open_browser": False, "allow_root": True,
    }  # fmt: skip
    home = tmp_path_factory.mktemp("home")
    settings = {"HOME": str(home), "PYTHONPATH": str(book.root)}
    inherited = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--IdentityProvider.token=t",
         *(f"--ServerApp.{key}={value}" for key, value in options.items())],
        env=inherited | settings,
        stderr=subprocess.DEVNULL, cwd=book.root,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}/user/ada/"
    while not answers(f"{address}api/status?token=t"):
        assert server.poll() is None
        time.sleep(0.1)
    yield address
    server.terminate()
    server.wait()


def answers(address):
    try:
        urlopen(address).close()
    except OSError:
        return False
    return True


class Web:
    """What a page finds outside, and what it has asked for."""

    def __init__(self, thebe, container):
        self.thebe, self.container = dict(thebe), container
        self.binder = [
            {"phase": "building", "message": "Step 1/9"},
            {"phase": "ready", "url": container, "token": "t"},
        ]
        self.asked, self.errors = [], []

    def answer(self, route):
        url = route.request.url
        if url.startswith(("http://127.0.0.1", "data:", "blob:")):
            return route.continue_()
        self.asked.append(url)
        body = None
        if url.startswith(CDN[0]):
            kind = "text/javascript"
            body = self.thebe.get(url.removeprefix(CDN[0]))
        elif url == BINDER and self.binder:
            kind = "text/event-stream"
            lines = (f"data: {json.dumps(said)}\n\n" for said in self.binder)
            body = "".join(lines)
        if body is None:
            return route.abort()
        anyone = {"access-control-allow-origin": "*"}
        route.fulfill(body=body, content_type=kind, headers=anyone)

    def note(self, message):
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


@pytest.fixture
def web(thebe, container):
    return Web(thebe, container)


@pytest.fixture
def tab(browser, book, web, request):
    """Open the page, for which ``web`` is all there is outside."""
    scheme, width = getattr(request, "param", ("light", 1280))
    with (
        checkers.served(book.site) as address,
        browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",  # folded code opens without a fade
        ) as context,
    ):
        context.route("**/*", web.answer)
        tab = context.new_page()
        tab.on("pageerror", lambda error: web.errors.append(str(error)))
        tab.on("console", web.note)
        tab.goto(f"{address}/book/index.html", wait_until="networkidle")
        yield tab


def ask(tab):
    """Choose live code in the menu, by the keyboard."""
    tab.focus(".dropdown-launch-buttons > button")
    tab.keyboard.press("Enter")
    tab.locator(".btn-live").press("Enter")


def wait_for_status(tab, text):
    tab.locator(".live-bar [role=status]", has_text=text).wait_for()


def edit(tab, number, code):
    """Write other code into a cell, and run it."""
    tab.locator(".CodeMirror").nth(number).click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(code)
    tab.keyboard.press("Shift+Enter")


def output(tab, number):
    return tab.locator("div.cell").nth(number).locator(".cell_output")


def test_nothing_is_fetched_before_it_is_asked_for(tab, web):
    tab.click(".dropdown-launch-buttons > button")
    entry = tab.locator(".btn-live")
    assert "Thebe" in entry.inner_text() and "Binder" in entry.inner_text()
    assert "jsdelivr.net" in entry.get_attribute("title")
    assert "https://mybinder.org" in entry.get_attribute("title")
    assert tab.evaluate("typeof thebe") == "undefined"
    assert web.asked == [] and web.errors == []


LOOKS = [("light", 1280), ("dark", 390)]


@pytest.mark.parametrize("tab", LOOKS, indirect=True)
def test_cells_run_as_they_are_and_edited(tab, web):
    ask(tab)
    wait_for_status(tab, "Ready.")
    assert web.asked == [f"{CDN[0]}lib/index.js", BINDER]
    tab.click("text=Run all")
    wait_for_status(tab, "Done.")
    assert output(tab, 0).inner_text().strip() == "in book the record is 3"
    assert output(tab, 1).inner_text().strip() == "twice the record is 6"
    edit(tab, 0, "record = 70; record + 7")
    output(tab, 0).get_by_text("77", exact=True).wait_for()
    tab.click("summary")
    tab.locator(".thebe-run-button").nth(1).click()
    output(tab, 1).get_by_text("twice the record is 140").wait_for()
    widths = "[document.documentElement.scrollWidth, window.innerWidth]"
    assert len(set(tab.evaluate(widths))) == 1
    assert checkers.axe_violations(tab) == []
    assert web.errors == []


def test_a_figure_keeps_its_caption_and_what_is_no_cell_stays(tab):
    listing = tab.locator(".tag_remove-input").inner_html()
    ask(tab)
    wait_for_status(tab, "Ready.")
    figure = tab.locator("figure#fig-line")
    assert "_images/" in figure.locator("img").get_attribute("src")
    tab.click("text=Run all")
    figure.locator("img[src^=data]").wait_for()
    assert figure.locator("img").get_attribute("alt") == "A line"
    assert "The caption." in figure.locator("figcaption").inner_text()
    assert tab.locator(".tag_remove-input").inner_html() == listing


def test_the_keyboard_gets_to_the_bar_and_out_of_an_editor(tab):
    ask(tab)
    wait_for_status(tab, "Ready.")
    tab.keyboard.press("Tab")
    assert tab.locator(":focus").inner_text() == "Run all"
    tab.locator(".CodeMirror textarea").first.focus()
    tab.keyboard.press("Escape")
    tab.keyboard.press("Tab")
    assert tab.locator(":focus").inner_text().lower() == "run"


def test_the_bar_says_how_a_cell_ends(tab):
    ask(tab)
    wait_for_status(tab, "Ready.")
    edit(tab, 0, "1 / 0")
    wait_for_status(tab, "A cell has failed")
    assert "ZeroDivisionError" in output(tab, 0).inner_text()
    edit(tab, 0, "while True: pass")
    wait_for_status(tab, "Running")
    tab.click("text=Stop")
    wait_for_status(tab, "A cell has failed")
    assert "KeyboardInterrupt" in output(tab, 0).inner_text()
    edit(tab, 0, "import os; os._exit(1)")
    wait_for_status(tab, "Python has died")


def test_a_container_runs_one_page_at_a_time(tab):
    ask(tab)
    wait_for_status(tab, "Ready.")
    other = tab.context.new_page()
    other.goto(tab.url)
    ask(other)
    wait_for_status(other, "Ready.")
    wait_for_status(tab, "Python has ended here")


FAILURES = {
    "the CDN is silent": "cdn.jsdelivr.net does not answer as it should",
    "the CDN has another Thebe": "cdn.jsdelivr.net does not answer",
    "Binder is silent": "mybinder.org gives no container",
    "Binder cannot build": "gives no container. No such branch",
    "the container is silent": "Failed to fetch",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_stated_and_leaves_the_page_as_it_was(
    tab, web, thebe, failure
):
    ready = web.binder
    if failure == "the CDN is silent":
        web.thebe = {}
    elif failure == "the CDN has another Thebe":
        web.thebe["lib/index.js"] += b" "
    elif failure == "Binder is silent":
        web.binder = []
    elif failure == "Binder cannot build":
        web.binder = [{"phase": "failed", "message": "No such branch"}]
    else:
        web.binder = [ready[1] | {"url": "http://127.0.0.1:9/"}]
    before = tab.locator("section#a-page").inner_html()
    ask(tab)
    wait_for_status(tab, "Live code could not start")
    assert FAILURES[failure] in tab.inner_text(".live-bar [role=status]")
    assert tab.locator("section#a-page").inner_html() == before
    web.thebe, web.binder = thebe, ready
    tab.click("text=Try again")
    wait_for_status(tab, "Ready.")


def test_a_copy_that_is_published_nowhere_has_no_live_code(original):
    site = original.kept / "_build" / "html"
    assert "live" not in (site / f"{INDEX}.html").read_text("utf-8")
    assert list(site.rglob("live.*")) == []
