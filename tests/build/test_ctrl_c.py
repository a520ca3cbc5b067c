"""Ctrl-C ends a build in one line, and keeps the pages that are done."""

import os
import signal

import pytest
from shared.book import (
    INDEX,
    TRAINED,
    cell,
    make_small,
    meddle,
    wait_for,
    working_in,
)
from shared.tools import ctrl_c

pytestmark = ctrl_c
PAUSE = """\
import time
from {module} import {kind}
def wait(*args, **options):
    print('this takes long', flush=True)
    time.sleep(600)
{kind}.{method} = wait
"""


def interrupt(process):
    """Press Ctrl-C, as a terminal passes it on."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        printed = process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert process.returncode == 130
    assert printed.endswith(
        "build interrupted: the pages that are done are kept\n"
    )
    assert "Traceback" not in printed and "Error" not in printed


def interrupt_at(book, *texts, **environment):
    """Build until these texts are printed in turn; then press Ctrl-C."""
    with book.start(**environment) as process:
        for text in texts:
            wait_for(process, text)
        interrupt(process)


@pytest.fixture
def long(book):
    """Let a book have a page more, which waits for a long training."""
    make_small(book)
    book.edit("charrnn/recipes.py", "num_epochs=2,", "num_epochs=200000,")
    book.list_pages("book/last")
    book.write(TRAINED, "book/last")
    return book


def test_what_is_done_is_kept_and_nothing_goes_on(long):
    interrupt_at(long, "last.md: Executing notebook", "training random: ")
    assert working_in(long.root) == []
    interrupt_at(long, "index.md: Using cached notebook")


@pytest.mark.proof
def test_the_middle_of_a_print_is_as_good_a_moment(long):
    interrupt_at(long, "last.md: Executing notebook", "training random: ")
    for _ in range(5):  # there, now and then
        interrupt_at(long, "index.md: Using cached notebook")


def test_while_a_kernel_begins(book, tmp_path):
    book.write(cell("print('more')"))
    path = meddle(
        tmp_path,
        "import sys, time\n"
        "if 'ipykernel_launcher' in sys.orig_argv:\n"
        "    print('the kernel begins', flush=True)\n"
        "    time.sleep(600)\n",
    )
    interrupt_at(book, "the kernel begins", PYTHONPATH=path)
    assert working_in(book.root) == []


def test_while_pages_are_written(book, tmp_path):
    builder = {
        "module": "sphinx.builders.html",
        "kind": "StandaloneHTMLBuilder",
    }
    pages = []
    for place in ("prepare_writing", "write_doc", "finish"):
        path = meddle(tmp_path, PAUSE.format(**builder, method=place))
        kept = [f"{page}.md: Using cached notebook" for page in pages]
        pages.append(f"book/page{len(pages)}")
        book.write(cell(f"print('{place}')"), pages[-1])
        book.list_pages(*pages)
        texts = [f"{pages[-1]}.md: Executed", "this takes long"]
        interrupt_at(book, *kept, *texts, PYTHONPATH=path)
    printed = book.build()
    assert "Executed notebook" not in printed
    for page in (INDEX, *pages):
        assert f"{page}.md: Using cached notebook" in printed
        assert book.html(page)


def test_while_a_page_goes_to_the_cache_which_keeps_no_half(book, tmp_path):
    book.write(cell("print('more')"))
    path = meddle(tmp_path, PAUSE.format(
        module="jupyter_cache.cache.main", kind="JupyterCacheBase",
        method="cache_notebook_bundle",
    ))  # fmt: skip
    interrupt_at(book, "this takes long", PYTHONPATH=path)
    assert "Executed notebook" in book.build()


def test_in_a_build_that_executes_nothing(book):
    book.write("\nProse.\n")
    interrupt_at(book, "reading sources")
    assert "Using cached notebook" in book.build()
