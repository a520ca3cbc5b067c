"""The lab in a small book: it cannot drift from the package.

The page is that of the chapter. Of the pages that it refers to, there is no
more than what it refers to.
"""

import re
import shutil

import pytest
from bs4 import BeautifulSoup
from chapter.offer import lab
from shared.book import make_book, make_small
from shared.site import ROOT

EQUATIONS = {"model": "$$\nH\n$$ (eq-hidden)\n\n$$\nO\n$$ (eq-output)\n"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Make a book with the lab, and build it."""
    book = make_book(tmp_path_factory.mktemp("lab") / "chapter")
    make_small(book)
    text = (ROOT / f"{lab.PAGE}.md").read_text("utf-8")
    (book.root / f"{lab.PAGE}.md").write_text(text, "utf-8")
    others = sorted(set(re.findall(r"\]\((\w+)\.md\)", text)))
    for name in others:
        page = book.root / "book" / f"{name}.md"
        page.write_text(f"# {name}\n\n{EQUATIONS.get(name, '')}", "utf-8")
    book.list_pages(lab.PAGE, *(f"book/{name}" for name in others))
    book.build()
    return book


def test_each_file_of_the_lab_is_offered(book):
    page = BeautifulSoup(book.html(lab.PAGE), "html.parser")
    for name in (*lab.RUN, *lab.FOR_GRADERS):
        assert page.select(f"a[download][href='../{lab.PLACE}/{name}']")
        assert (book.site / lab.PLACE / name).is_file()


GUARD = "check_state(state, batch_size=inputs.shape[1])"
DRIFTS = {
    "a new helper": (
        "charrnn/model.py", GUARD, "rnn_guard(state)",
        r"book/lab\.md:\d+: .*code cell 18: no cell gives rnn_guard",
    ),
    "another name": (
        "charrnn/training.py", "take_step", "go_on",
        r"book/lab\.md, code cell 2: ImportError: .*'take_step'",
    ),
    "another signature": (
        "charrnn/prediction.py", "prefix: str, num_predicts: int",
        "num_predicts: int, prefix: str",
        r"book/lab\.md: Unsolved: predict_rnn",
    ),
    "a blank without a check": (
        "book/lab.md", 'charrnn.check("rnn", rnn)', "rnn",
        r"book/lab\.md:\d+: .*code cell 19: a check is expected here",
    ),
}  # fmt: skip
HELPER = "\n\ndef rnn_guard(state):\n    return state\n"


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_change_in_the_package_without_one_in_the_lab_fails(book, drift):
    name, old, new, message = DRIFTS[drift]
    kept = shutil.copy(book.root / name, book.root / "kept")
    book.edit(name, old, new)
    if drift == "a new helper":
        with open(book.root / name, "a", encoding="utf-8") as module:
            module.write(HELPER)
    printed = book.fail()
    shutil.copy(kept, book.root / name)
    assert re.search(message, " ".join(printed.split())), printed[-3000:]
