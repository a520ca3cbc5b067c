"""Keys change with everything that they stand for, and with nothing else."""

import shutil
from importlib import metadata

import pytest
from chapter import keys
from shared.book import HEAD, cell

FILES = {
    "charrnn/__init__.py": "from charrnn.corpus import clean",
    "charrnn/corpus.py": "import re",
    "charrnn/gates.py": "from charrnn import corpus",
    "bookkit/__init__.py": "",
    "bookkit/recipes.py": "",
    "bookkit/figures/__init__.py": "from bookkit.figures.text import (\n"
    "    bars,\n    lines,\n)",
    "bookkit/figures/text.py": "from bookkit.figures.style import draw",
    "bookkit/figures/moving.py": "from widgets.bundle import FOLDER",
    "bookkit/figures/style.py": "from widgets.palette import read",
    "bookkit/figures/literata.ttf": "a font",
    "widgets/bundle.py": "",
    "widgets/palette.py": "",
    "widgets/src/moving/player.mjs": "",
    "widgets/src/palette.css": "",
    "bookkit/stated_findings.py": "",
    "coursework/checks.py": "from coursework import parts",
    "coursework/parts/__init__.py": "",
    "coursework/parts/rnn.toml": "minutes = 15",
    "book/whole.py": "import torch",
    "studies/ladder.json": "{}",
}
NETWORK = {"charrnn/corpus.py"}
STYLE = {
    "bookkit/figures/style.py",
    "bookkit/figures/literata.ttf",
    "widgets/palette.py",
    "widgets/src/palette.css",
}
BARS = STYLE | {"bookkit/figures/text.py"}
MOVING = {
    "bookkit/figures/moving.py",
    "widgets/bundle.py",
    "widgets/src/moving/player.mjs",
    "widgets/src/palette.css",
}
FIGURES = BARS | {"bookkit/figures/__init__.py"}
ALL_CODE = {*FILES} - {"studies/ladder.json"}
CODE = [  # that of a page, and the files that it can reach
    ("from charrnn import clean", NETWORK),
    ("from charrnn import (  # a (note)\n    corpus, gates,\n)",
     NETWORK | {"charrnn/gates.py"}),
    ("from charrnn import \\\n    gates", NETWORK | {"charrnn/gates.py"}),
    ("x = 1; import charrnn.corpus", NETWORK),
    ("if x: import whole", {"book/whole.py"}),
    ("from charrnn import *", NETWORK | {"charrnn/__init__.py"}),
    ("from bookkit import recipes", {"bookkit/recipes.py"}),
    ("from bookkit import figures", FIGURES),
    ("from bookkit import figures\nfigures.bars(figures)", FIGURES),
    ("from bookkit import figures\nfigures.bars()", BARS),
    ("from bookkit import figures as f\nf.bars(f.moving)", BARS | MOVING),
    ("from bookkit.figures import bars", BARS),
    ("def f():\n    from coursework.checks import check",
     {"coursework/checks.py", "coursework/parts/__init__.py",
      "coursework/parts/rnn.toml"}),
    ("%time import whole", ALL_CODE),  # or anything else
    ("from .corpus import clean", ALL_CODE),
]  # fmt: skip
PAGES = [(HEAD + cell(code), reached) for code, reached in CODE] + [
    ("The record studies/ladder.json", {"studies/ladder.json"}),
    (HEAD + "import whole", set()),
]
CPUINFO = "vendor_id\t: GenuineIntel\nflags\t\t: fpu avx avx2 fma ht\n"


@pytest.fixture
def root(tmp_path):
    """Make a checkout with files of each kind."""
    root = tmp_path / "checkout"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(("page", "reached"), PAGES)
def test_the_key_of_a_page_covers_what_it_can_reach(root, page, reached):
    key = keys.Sources(root).key(page)
    for name, text in FILES.items():
        (root / name).write_text(f"{text}\n# edited", "utf-8")
        edited = keys.Sources(root).key(page)
        assert (edited != key) is (name in reached), name
        (root / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "changes"), [("Prose", "More", False), ("'A'", "'B'", True)]
)
def test_a_page_that_shows_findings_depends_on_them(root, old, new, changes):
    shows = HEAD + cell("from bookkit.stated_findings import stated")
    page = root / "book" / "page.md"
    text = "Prose.\n" + cell("finding('a', 'A', x)")
    page.write_text(text, "utf-8")
    before = keys.Sources(root).key(shows)
    page.write_text(text.replace(old, new), "utf-8")
    assert (keys.Sources(root).key(shows) != before) is changes


def test_the_key_changes_with_versions_kernels_and_the_processor(
    root, tmp_path, monkeypatch
):
    def key():
        keys.machine_key.cache_clear()
        return keys.Sources(root).key("")

    before = key()
    kernels = shutil.copytree(keys.EXTENSION, tmp_path / "edited")
    (kernels / "execution" / "kernels.py").write_text("# edited", "utf-8")
    for place, name, value in [
        (metadata, "version", lambda _: "99"),
        (keys, "EXTENSION", kernels),
        (keys, "processor", lambda _: "another"),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            assert key() != before, name
    assert key() == before


def test_a_processor_is_its_vendor_and_vector_instructions():
    intel = keys.processor(CPUINFO)
    assert keys.processor(CPUINFO.replace(" ht", "")) == intel
    assert keys.processor(CPUINFO.replace("avx2", "avx512f")) != intel
    assert keys.processor(CPUINFO.replace("Genuine", "Other")) != intel
    assert keys.processor("")  # where there is no such file


def test_the_key_of_folders_covers_their_folders(tmp_path):
    copy = shutil.copytree(keys.EXTENSION, tmp_path / "chapter")
    assert keys.folder_key(copy) == keys.folder_key(keys.EXTENSION)
    (copy / "theme" / "more.py").touch()
    assert keys.folder_key(copy) != keys.folder_key(keys.EXTENSION)
