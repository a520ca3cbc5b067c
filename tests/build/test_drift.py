"""The lab in a small book: it is offered, and cannot drift from the package.

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

PAGE = lab.PAGE
ELSEWHERE = {
    "model": "$$\nH\n$$ (eq-hidden)\n\n$$\nO\n$$ (eq-output)\n",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Make a book with the lab, and build it as a fork on GitHub does."""
    book = make_book(tmp_path_factory.mktemp("lab") / "chapter")
    make_small(book)
    text = (ROOT / f"{PAGE}.md").read_text("utf-8")
    (book.root / f"{PAGE}.md").write_text(text, "utf-8")
    others = sorted(set(re.findall(r"\]\((\w+)\.md\)", text)))
    for name in others:
        page = book.root / "book" / f"{name}.md"
        page.write_text(f"# {name}\n\n{ELSEWHERE.get(name, '')}", "utf-8")
    book.list_pages(PAGE, *(f"book/{name}" for name in others))
    address = "https://github.com/ada/chapter"
    book.edit("_config.yml", 'url: ""', f"url: {address}")
    book.build()
    return book


def test_handouts_and_the_solution_are_offered_to_take_and_to_open(book):
    page = BeautifulSoup(book.html(PAGE), "html.parser")
    for name in lab.RUN:
        (link,) = page.select(f"a[download][href='../{lab.PLACE}/{name}']")
        assert (book.site / lab.PLACE / name).is_file()
        place = link.find_parent(["li", "p"])
        places = {a.get_text(): a["href"] for a in place.select("a")}
        assert places["Binder"].endswith(f"?urlpath=lab/tree/lab/{name}")
        assert places["Colab"].endswith(f"/blob/notebooks/lab/{name}")
        teachers = link.find_parent("details")
        assert (teachers is not None) is (name == "solution.ipynb")
    for name in lab.FOR_GRADERS:
        (link,) = page.select(f"details a[href='../{lab.PLACE}/{name}']")
        assert (book.site / lab.PLACE / name).is_file()


def test_a_link_to_a_file_that_is_not_made_is_refused(book):
    place = book.root / "book/state.md"
    before = place.read_text("utf-8")
    place.write_text(f"{before}\n{{lab-file}}`hand-in.ipynb`\n", "utf-8")
    printed = book.fail()
    assert "the lab has no hand-in.ipynb, but handout.ipynb" in printed
    place.write_text(before, "utf-8")


GUARD = "check_state(state, batch_size=inputs.shape[1])"
DRIFTS = {
    "a new helper": (
        "charrnn/model.py", f"    {GUARD}\n    (H,) = state\n",
        "    (H,) = unpack(state)\n",
        r"book/lab\.md:\d+: .*code cell 18: no cell gives unpack",
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
    "two statements in a line": (
        "charrnn/model.py", f"b_q = params\n    {GUARD}",
        f"b_q = params; {GUARD}",
        r"book/lab\.md:\d+: .*code cell 18: give a line of its own",
    ),
    "a blank without a check": (
        "book/lab.md", 'charrnn.check("rnn", rnn)', "rnn",
        r"book/lab\.md:\d+: .*code cell 19: a check is expected here",
    ),
    "a cell that is nothing": (
        "book/lab.md", "tags: [settings]", "tags: [setting]",
        r"book/lab\.md:\d+: .*code cell 3: give it one of the tags",
    ),
}  # fmt: skip
HELPER = "def unpack(state):\n    return state\n\n\n"


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_change_in_the_package_without_one_in_the_lab_fails(book, drift):
    name, old, new, message = DRIFTS[drift]
    kept = shutil.copy(book.root / name, book.root / "kept")
    book.edit(name, old, new)
    if drift == "a new helper":
        book.edit(name, "def rnn(\n", f"{HELPER}def rnn(\n")
    printed = book.fail()
    shutil.copy(kept, book.root / name)
    assert re.search(message, " ".join(printed.split())), printed[-3000:]
