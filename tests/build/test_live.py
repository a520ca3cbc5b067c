"""Live code: nothing is fetched until asked, then the cells really run.

Thebe is what npm has, which the CDN serves. For a container of Binder stands
a server of Jupyter on this machine, which is what such a container runs.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from chapter.offer import fork
from shared import checkers, container
from shared.book import HEAD, INDEX, contents, make_book
from shared.site import ROOT
from shared.tabs import watched
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

:::{exercise} three times (warm-up, 5 minutes)
:label: ex-three-times

Write a function that returns three times a number.
:::

:::{solution-start} ex-three-times
:::

```{code-cell} ipython3
:tags: [solution]

globals().update(record="spoilt by a solution")


def three_times(number):
    "Return three times a number."
    return number + number + number
```

```{code-cell} ipython3
:tags: [solution, check]

print("the record:", record)
assert three_times(2) == 6
assert three_times("ab") == "ababab"
```

:::{solution-end}
:::
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
    folder = checkers.TOOLS / f"thebe-{CDN[1]}"
    if not folder.exists():
        pack = ["npm", "pack", "--pack-destination", checkers.TOOLS]
        if subprocess.run([*pack, f"thebe@{CDN[1]}"]).returncode:
            need("a network", "to fetch Thebe")
        shutil.unpack_archive(f"{folder}.tgz", folder, filter="data")
    return contents(folder / "package")


@pytest.fixture(scope="module")
def jupyter(book, tmp_path_factory):
    """Run a server of Jupyter in the folder of the book."""
    env = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"} | {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": str(book.root),
    }
    options = ["--ServerApp.allow_origin=*", "--ServerApp.log_level=ERROR"]
    command = [sys.executable, "-m", "jupyter_server", *options]
    with container.jupyter(command, book.root, env, "/user/ada") as server:
        yield server


class Web:
    """What a page finds outside, and what it has asked for."""

    def __init__(self, thebe, jupyter):
        self.asked, self.errors = [], []
        self.thebe = thebe
        ready = {"url": f"{jupyter.address}/", "token": jupyter.token}
        self.binder = [
            {"phase": "building", "message": "Step 1/9"},
            {"phase": "ready", **ready},
        ]

    def answer(self, route):
        url = route.request.url
        if url.startswith(("http://127.0.0.1", "data:", "blob:")):
            return route.continue_()
        self.asked.append(url)
        body, kind = None, "text/javascript"
        if url.startswith(CDN[0]):
            body = self.thebe.get(url.removeprefix(CDN[0]))
        elif url == BINDER and self.binder:
            kind = "text/event-stream"
            lines = (f"data: {json.dumps(said)}\n\n" for said in self.binder)
            body = "".join(lines)
        if body is None:
            return route.abort()
        anyone = {"access-control-allow-origin": "*"}
        route.fulfill(body=body, content_type=kind, headers=anyone)


@pytest.fixture
def web(thebe, jupyter):
    return Web(thebe, jupyter)


@pytest.fixture
def tab(browser, book, web, request):
    """Open the page, for which ``web`` is all there is outside."""
    scheme, width = getattr(request, "param", ("light", 1280))
    motion = {"reduced_motion": "reduce"}  # folded code opens without a fade
    with (
        checkers.served(book.site) as address,
        watched(browser, address, width, scheme, **motion) as watch,
    ):
        watch.context.route("**/*", web.answer)
        web.errors = watch.errors
        tab = watch.context.new_page()
        tab.goto(f"{address}/book/index.html", wait_until="networkidle")
        yield tab


@pytest.fixture
def live(tab):
    """Wait until the code of the page is live."""
    ask(tab)
    wait_for_status(tab, "Ready.")
    return tab


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
def test_cells_run_as_they_are_and_edited(live, web):
    assert web.asked == [f"{CDN[0]}lib/index.js", BINDER]
    live.click("text=Run all")
    wait_for_status(live, "Done.")
    assert output(live, 0).inner_text().strip() == "in book the record is 3"
    assert output(live, 1).inner_text().strip() == "twice the record is 6"
    edit(live, 0, "record = 70; record + 7")
    output(live, 0).get_by_text("77", exact=True).wait_for()
    live.click("summary")
    live.locator(".thebe-run-button").nth(1).click()
    output(live, 1).get_by_text("twice the record is 140").wait_for()
    widths = "[document.documentElement.scrollWidth, window.innerWidth]"
    assert len(set(live.evaluate(widths))) == 1
    assert checkers.axe_violations(live) == []
    assert web.errors == []


def test_a_figure_keeps_its_caption_and_what_is_no_cell_stays(tab):
    listing = tab.locator(".tag_remove-input").inner_html()
    figure = tab.locator("figure#fig-line")
    assert "_images/" in figure.locator("img").get_attribute("src")
    ask(tab)
    tab.click("text=Run all")
    figure.locator("img[src^=data]").wait_for()
    assert figure.locator("img").get_attribute("alt") == "A line"
    assert "The caption." in figure.locator("figcaption").inner_text()
    assert tab.locator(".tag_remove-input").inner_html() == listing


def test_the_keyboard_gets_to_the_bar_and_out_of_an_editor(live):
    live.keyboard.press("Tab")
    assert live.locator(":focus").inner_text() == "Run all"
    live.locator(".CodeMirror textarea").first.focus()
    live.keyboard.press("Escape")
    live.keyboard.press("Tab")
    assert live.locator(":focus").inner_text().lower() == "run"


def trial(tab, kind):
    return tab.locator(f".attempt .{kind}")


def answer(tab, code):
    """Write an answer in place of the stub, run it, and check it."""
    trial(tab, "stub").locator(".CodeMirror").click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(code)
    trial(tab, "stub").get_by_role("button").click()
    wait_for_status(tab, "Done.")
    trial(tab, "check").get_by_role("button", name="check").click()


@pytest.mark.parametrize("tab", LOOKS, indirect=True)
def test_an_exercise_is_tried_where_it_stands_and_checked(tab, web):
    tab.locator(".attempt > summary").press("Enter")
    button = tab.get_by_role("button", name="Run it in this page")
    button.press("Enter")
    wait_for_status(tab, "Ready.")
    assert tab.locator(":focus").inner_text() == "Run the cells above"
    tab.keyboard.press("Enter")
    wait_for_status(tab, "Done.")
    answer(tab, "def three_times(number):\n    return 3 * number")
    said = trial(tab, "check").locator(".thebe-output, .lm-Widget").first
    said.get_by_text("The check passes.").wait_for()
    assert "the record: 3" in said.inner_text()  # not that of the solution
    assert web.errors == []
    answer(tab, "def three_times(number):\n    return 6")
    wait_for_status(tab, "A cell has failed")
    assert '----> 3 assert three_times("ab")' in said.inner_text()
    assert "AssertionError" in said.inner_text()
    labels = ("Your code for Exercise 1", "Check of Exercise 1")
    for kind, label in zip(("stub", "check"), labels, strict=True):
        editor = trial(tab, kind).get_by_role("textbox")
        assert editor.get_attribute("aria-label") == label
    widths = "[document.documentElement.scrollWidth, window.innerWidth]"
    assert len(set(tab.evaluate(widths))) == 1
    assert checkers.axe_violations(tab) == []


def test_what_runs_all_leaves_attempts_alone(live):
    live.click("text=Run all")
    wait_for_status(live, "Done.")
    live.locator(".attempt > summary").click()
    assert "type your code here" in trial(live, "stub").inner_text()
    printed = trial(live, "check").locator("> *").last
    assert "passes" not in printed.inner_text()


def test_without_a_kernel_an_attempt_is_explained_and_can_begin_anew(tab, web):
    web.binder, there = [], web.binder
    tab.locator(".attempt > summary").click()
    before = tab.inner_text(".attempt")
    tab.click("text=Run it in this page")
    wait_for_status(tab, "Live code could not start")
    assert tab.inner_text(".attempt") == before
    assert "The check looks at three_times." in before
    assert 'print("The check passes.")' in before
    web.binder = there
    tab.click("text=Run it in this page")
    wait_for_status(tab, "Ready.")
    assert tab.locator(".live-bar").count() == 1


def test_the_bar_says_how_a_cell_ends(live):
    edit(live, 0, "1 / 0")
    wait_for_status(live, "A cell has failed")
    assert "ZeroDivisionError" in output(live, 0).inner_text()
    edit(live, 0, "while True: pass")
    wait_for_status(live, "Running")
    live.click("text=Stop")
    wait_for_status(live, "A cell has failed")
    assert "KeyboardInterrupt" in output(live, 0).inner_text()
    edit(live, 0, "import os; os._exit(1)")
    wait_for_status(live, "Python has died")


def test_a_container_runs_one_page_at_a_time(live):
    other = live.context.new_page()
    other.goto(live.url)
    ask(other)
    wait_for_status(other, "Ready.")
    wait_for_status(live, "Python has ended here")


FAILED = {"phase": "failed", "message": "No such branch"}
NOWHERE = {"phase": "ready", "url": "http://127.0.0.1:9/", "token": "t"}


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("cdn.jsdelivr.net does not answer as it should", {"thebe": {}}),
        ("jsdelivr.net does not answer", {"thebe": {"lib/index.js": b"0"}}),
        ("mybinder.org gives no container", {"binder": []}),
        ("gives no container. No such branch", {"binder": [FAILED]}),
        ("Failed to fetch", {"binder": [NOWHERE]}),
    ],
)
def test_a_failure_is_stated_and_leaves_the_page_as_it_was(
    tab, web, reason, found
):
    there = dict(vars(web))
    vars(web).update(found)
    before = tab.locator("section#a-page").inner_html()
    ask(tab)
    wait_for_status(tab, "Live code could not start")
    assert reason in tab.inner_text(".live-bar [role=status]")
    assert tab.locator("section#a-page").inner_html() == before
    vars(web).update(there)
    tab.click("text=Try again")
    wait_for_status(tab, "Ready.")
