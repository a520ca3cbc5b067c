"""What the tests share: a seed, a small model, the site, a browser."""

import os
import venv
from contextlib import ExitStack
from pathlib import Path
from sysconfig import get_path

os.environ["MPLBACKEND"] = "Agg"
os.environ.pop("CHARRNN_CORPUS", None)

import pytest
import torch
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import expect, sync_playwright
from shared import checkers
from shared.book import Book
from shared.server import serve
from shared.site import ROOT, SITE
from shared.tabs import go, watched
from shared.tools import find_browser, need

from charrnn import RNNModelScratch, Vocab, get_params, init_rnn_state, rnn

settings.register_profile("chapter", deadline=None)  # no test of time
settings.load_profile("chapter")
expect.set_options(timeout=60_000)  # ms; slow machines do much at once


@pytest.fixture(autouse=True)
def repeatable():
    """Give each test one thread and the same random numbers."""
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture
def vocab():
    return Vocab("the time machine by h g wells")


@pytest.fixture
def model(vocab):
    return RNNModelScratch(len(vocab), 16, get_params, init_rnn_state, rnn)


@pytest.fixture(scope="module")
def served():
    """Serve the site, and return its address."""
    with serve(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def built(testrun_uid):
    """Build the site once, with its zip, whoever asks first.

    That takes seconds when nothing has changed.
    """
    stamp = ROOT / "_build" / "tests.run"
    stamp.parent.mkdir(exist_ok=True)
    with FileLock(stamp.with_suffix(".lock")):  # tests run side by side
        if stamp.exists() and stamp.read_text("utf-8") == testrun_uid:
            return
        Book(ROOT).build(CHAPTER_DOWNLOADS="yes")
        stamp.write_text(testrun_uid, "utf-8")


@pytest.fixture(scope="session")
def tools():
    """Fetch the checkers from npm."""
    checkers.install_tools()


@pytest.fixture(scope="session")
def playwright():
    """Start Playwright, which a process can do only once."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    chromium = find_browser()
    if chromium is None:
        need("Chromium", "to look at the pages")
    browser = playwright.chromium.launch(
        executable_path=chromium, args=checkers.FLAGS
    )
    yield browser
    browser.close()


@pytest.fixture
def open_tab(browser, served):
    """Open pages; expect no requests to other hosts and no errors.

    ``address`` is a page, perhaps with a hash behind it. ``prepare`` is called
    with the tab before it has a page.
    """
    watches = []
    with ExitStack() as stack:

        def open_tab(
            address, width=1280, scheme="light", site=served,
            prepare=lambda tab: None, **options,
        ):  # fmt: skip
            context = watched(browser, site, width, scheme, **options)
            watches.append(stack.enter_context(context))
            tab = watches[-1].context.new_page()
            prepare(tab)
            page, sign, part = address.partition("#")
            go(tab, f"{site}/{page}.html{sign}{part}")
            return tab

        yield open_tab
    for watch in watches:
        assert watch.outside == [] and watch.errors == []


@pytest.fixture
def bare_python(tmp_path):
    """Make an environment with all packages of this one but charrnn.

    Python finds no editable installation in a folder that a ``.pth`` names.
    """
    folder = tmp_path / "bare"
    venv.create(folder, with_pip=True)
    scheme = {"base": str(folder), "platbase": str(folder)}
    packages = Path(get_path("purelib", "venv", scheme))
    (packages / "here.pth").write_text(get_path("purelib"), "utf-8")
    return Path(get_path("scripts", "venv", scheme)) / "python"
