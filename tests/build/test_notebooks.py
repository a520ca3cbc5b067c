"""The notebooks to download: plain Markdown, and code that runs anywhere."""

import copy
import os
import re
import shutil
import subprocess
import sys
import venv
from base64 import b64decode
from functools import cache
from pathlib import Path
from sysconfig import get_path

import nbformat
import pytest
from bs4 import BeautifulSoup
from chapter.offer import notebooks
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell, new_notebook
from shared import checkers
from shared.site import NOTEBOOKS, ROOT, SITE, article

every_page = pytest.mark.parametrize("name", NOTEBOOKS)
FORMULA = re.compile(r"(?<!\\)\$\$.*?\$\$|(?<!\\)\$.*?\$", re.S)
RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, coalesce_streams=True).execute()
nbformat.write(notebook, sys.argv[1])
"""


@pytest.fixture(scope="module", autouse=True)
def site(built):
    """Build the site first."""


@cache
def read(name, folder="html/_sources"):
    return nbformat.read(SITE.parent / folder / f"{name}.ipynb", as_version=4)


def cells(name, kind="code"):
    """Return the cells of a notebook to download."""
    return [cell for cell in read(name).cells if cell.cell_type == kind]


def prose(name):
    return "\n\n".join(cell.source for cell in cells(name, "markdown"))


def executed(name):
    """Return the code cells on a page as the build executed them."""
    return [
        cell
        for cell in read(name, "jupyter_execute").cells
        if cell.cell_type == "code"
        and "remove-cell" not in cell.metadata.get("tags", [])
    ]


@every_page
def test_notebooks_are_valid_and_alone(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "nbformat_minor" in notebook
    ids = [cell.id for cell in notebook.cells]
    assert ids == [f"cell-{i}" for i in range(len(ids))]


SOURCE_BY = {"hide-input", "hide-cell", "remove-input", "solution"}  # hidden
OUTPUTS_BY = {"hide-output", "hide-cell", "solution"}
FOLD = "<summary>Solution</summary>"
LABEL = re.compile(r"\((eq-[a-z-]+|\d+\.\d+)\)")
DRAWING = re.compile('<img alt="[^"]+" src="data:image/svg.xml;base64,(.+)"/>')


def as_executed(outputs, shift):
    """Return outputs with drawings and counts as the build had them."""
    outputs = copy.deepcopy(outputs)
    for output in outputs:
        if "execution_count" in output:
            output.execution_count -= shift
        html = output.get("data", {}).get("text/html", "")
        if drawing := DRAWING.fullmatch(html):
            del output.data["text/html"]
            output.data["image/svg+xml"] = b64decode(drawing[1]).decode()
    return outputs


def without_narrow(outputs):
    """Return outputs without the drawings for phones, which are not shown."""
    outputs = copy.deepcopy(outputs)
    for output in outputs:
        output.get("metadata", {}).pop("image/svg+xml", None)
    return outputs


@every_page
def test_code_and_outputs_are_those_of_the_page_and_hidden_if_they_are(name):
    first, *others = cells(name)
    assert read(name).cells[0] == first and first.outputs == []
    assert first.metadata.jupyter.source_hidden
    pairs = zip(others, executed(name), strict=True)
    for count, (ours, theirs) in enumerate(pairs, start=2):
        assert LABEL.sub("", ours.source) == LABEL.sub("", theirs.source)
        assert "(eq-" not in ours.source
        shift = count - theirs.execution_count
        shown = as_executed(ours.outputs, shift)
        assert shown == without_narrow(theirs.outputs)
        assert ours.execution_count == count
        tags = set(theirs.metadata.get("tags", []))
        hidden = ours.metadata.get("jupyter", {})
        for part, by in (("source", SOURCE_BY), ("outputs", OUTPUTS_BY)):
            found = hidden.get(f"{part}_hidden", False)
            assert found is bool(tags & by)


def words(html):
    return "".join(html.get_text().split())


def parts(solution):
    """Return how many pieces of prose a solution has, between its cells."""
    text = copy.copy(solution)
    text.summary.decompose()
    for cell in text.select("div.cell"):
        cell.replace_with(notebooks.CELL)
    return sum(bool(s.strip()) for s in text.get_text().split(notebooks.CELL))


def on_the_page(name):
    """Return the words of a page, formulas, cells and folds left out."""
    text = copy.copy(article(name))
    for fold in text.select(".attempt, .solution > summary"):
        fold.decompose()
    for cell in text.select("div.cell"):
        cell.replace_with(*cell.select("figcaption"))
    for other in text.select(".headerlink, .eqno, .math"):
        other.decompose()
    for time in text.select(".times .run-all"):  # on the site
        time.decompose()
    return words(text)


@every_page
def test_the_words_are_those_of_the_page_in_plain_markdown(name):
    parser = MarkdownIt("commonmark").enable("table")
    text, _, cited = prose(name).partition("## References")
    folds = sum(map(parts, article(name).select(".solution")))
    assert text.count(FOLD) == folds  # cells stand between the folds
    plain = FORMULA.sub("", text.replace(FOLD, ""))
    html = BeautifulSoup(parser.render(plain), "html.parser")
    assert words(html) == on_the_page(name)  # and no markup
    assert not html.select("[class], a:not([href^=http])")
    citations = article(name).select(".bibtex-citation a")
    for number in {link.get_text() for link in citations}:
        assert f"\n[{number}] " in cited


@every_page
def test_formulas_and_their_numbers_are_those_of_the_page(name):
    text = prose(name)
    ours = [formula.strip("$ ") for formula in FORMULA.findall(text)]
    theirs = []
    for formula in article(name).select(".math"):
        latex = formula.select_one("math")["alttext"]
        number = formula.select_one(".eqno")
        if number:
            count = re.search(r"[\d.]+", number.get_text())[0]
            latex += rf" \tag{{{count}}}"
        theirs.append(latex)
    assert ours == theirs
    blocks = article(name).select("div.math")
    assert text.count("$$") == 2 * len(blocks)


@every_page
def test_figures_are_there_with_number_and_caption(name):
    every = read(name).cells
    for figure in article(name).select("figure:not(.other-unit)"):
        number, caption = (
            " ".join(figure.select_one(f".caption-{part}").get_text().split())
            for part in ("number", "text")
        )
        start = f"**{number}** "
        (index,) = [i for i, c in enumerate(every) if start in c.source]
        assert every[index].source.startswith(start)
        assert caption in every[index].source.replace("\\", "")
        drawn = [o.get("data", {}) for o in every[index - 1].outputs]
        (html,) = [d["text/html"] for d in drawn if "text/html" in d]
        image = BeautifulSoup(html, "html.parser").img
        assert image["alt"] == figure.img["alt"]


# They run


def run(folder, python, cells, **environment):
    """Run cells in a folder by a Python; return them."""
    file = folder / "run.ipynb"
    nbformat.write(new_notebook(cells=cells), file)
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | environment
    environment.pop("MPLBACKEND", None)  # Jupyter chooses it
    result = subprocess.run(
        [python, "-c", RUN, file.name], cwd=folder, capture_output=True,
        text=True, encoding="utf-8", env=environment,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-4000:]
    return nbformat.read(file, as_version=4).cells


@pytest.mark.parametrize(
    "name",
    [
        "book/one_hot",
        pytest.param("book/prediction", marks=pytest.mark.proof),
        pytest.param("book/clipping", marks=pytest.mark.proof),
    ],
)
def test_a_notebook_runs_elsewhere_and_gives_the_same(name, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if "../experiments" in read(name).cells[0].source:
        shutil.copytree(ROOT / "experiments", tmp_path / "experiments")
    if "./whole.py" in read(name).cells[0].source:
        shutil.copy(ROOT / "book" / "whole.py", folder)
    again = run(
        folder, sys.executable, copy.deepcopy(read(name).cells),
        PYTHONPATH=str(ROOT), CHARRNN_MODELS=str(ROOT / "_build" / "models"),
    )  # fmt: skip
    for new, old in zip(again, read(name).cells, strict=True):
        if old.cell_type == "code":
            shown = as_executed(old.outputs, 0)
            assert without_narrow(new.outputs) == shown, old.source


# What is not there


@pytest.fixture
def archive(tmp_path):
    """Serve the files of the chapter as a host of repositories does."""
    for name in ("charrnn", "experiments", "book"):
        shutil.copytree(ROOT / name, tmp_path / "chapter-main" / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / "chapter-main")
    served = tmp_path / "served" / "main"
    shutil.make_archive(served, "zip", tmp_path, "chapter-main")
    with checkers.served(tmp_path / "served") as address:
        yield f"{address}/main.zip"


@pytest.fixture
def bare_python(tmp_path):
    """Make an environment that has all that is here, but for charrnn.

    Python reads no editable installation from a folder that is named so.
    """
    place = tmp_path / "bare"
    venv.create(place, with_pip=True)
    scheme = {"base": str(place), "platbase": str(place)}
    packages = Path(get_path("purelib", "venv", scheme))
    (packages / "here.pth").write_text(get_path("purelib"), "utf-8")
    return Path(get_path("scripts", "venv", scheme)) / "python"


def test_what_is_missing_is_fetched_once(archive, bare_python, tmp_path):
    needed = ["charrnn", "torch", "./whole.py", "../experiments"]
    first = notebooks.first_cell(archive, needed)
    look = (
        "import charrnn\nfrom pathlib import Path\n"
        "print(Path.cwd())\nprint(charrnn.__file__)\n"
        "print(Path('../experiments/ladder.json').exists())\n"
        "import whole\nprint(Path(whole.__file__).parent)"
    )
    folder = tmp_path / "downloads"
    folder.mkdir()
    begun = [new_code_cell(code) for code in (first, look, first)]
    _, seen, again = run(folder, bare_python, begun, PYTHONPATH="")
    place, module, has_records, program = seen.outputs[0].text.split()
    assert Path(place) == folder / "chapter-main" / "book"
    assert Path(module).is_relative_to(tmp_path / "bare")
    assert has_records == "True" and program == place
    assert again.outputs == []
