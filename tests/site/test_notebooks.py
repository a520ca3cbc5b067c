"""The notebooks of the pages: plain Markdown, and code that runs.

They run on the branch that publishing pushes, and in any other folder.
"""

import ast
import copy
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from functools import cache
from pathlib import Path
from textwrap import indent

import nbformat
import pytest
from bs4 import BeautifulSoup
from chapter.export import definitions, handouts, notebooks, questions
from chapter.export.packages import PACKAGES
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell
from shared.run_notebook import run
from shared.server import serve
from shared.site import LESSONS, NOTEBOOKS, ROOT, SITE, article
from shared.tools import need

from bookkit.display import shorten
from bookkit.recipes import RECIPES

pytestmark = pytest.mark.usefixtures("built")
every_page = pytest.mark.parametrize("name", NOTEBOOKS)
FORMULA = re.compile(r"(?<!\\)\$\$.*?\$\$|(?<!\\)\$.*?\$", re.S)
FOLD = re.compile("<summary>.*?</summary>", re.S)  # before each part of it
MARK = "¶"  # in place of a formula
LABEL = re.compile(r"\((eq-[a-z-]+|\d+\.\d+)\)")
DRAWING = re.compile('<img alt="[^"]+" src="data:image/svg.xml;base64,(.+)"/>')
LOOK = """\
import os, charrnn, torch, whole
from bookkit import networks, recipes, texts

torch.__version__, networks.train = "2.99.0", None  # trains nothing
for recipe in recipes.RECIPES.values():
    networks.load_or_train(recipe)
texts.to_train_on()
print(os.getcwd(), charrnn.__file__)
"""


@cache
def read(name, folder="html/_sources"):
    return nbformat.read(SITE.parent / folder / f"{name}.ipynb", as_version=4)


def is_check(cell):
    """Return whether a cell checks the answer in the cell before it."""
    return cell.source.startswith(notebooks.CHECK_SWITCH)


def is_again(cell):
    """Return whether a cell defines what calls the definitions above."""
    return cell.source.startswith(definitions.AGAIN)


def code_cells_of_page(name):
    """Return the code cells of a notebook that its page has, too."""
    _, *cells = [
        cell
        for cell in read(name).cells
        if cell.cell_type == "code" and not is_again(cell)
    ]
    after = [*cells[1:], new_code_cell()]
    return [
        cell
        for cell, follower in zip(cells, after, strict=True)
        if not is_check(cell) and not is_check(follower)
    ]


def outputs(cell):
    """Return the text and the data of the outputs of a code cell."""
    found = []
    for output in cell.outputs:
        data = dict(output.get("data", {}))
        if drawing := DRAWING.fullmatch(data.get("text/html", "")):
            del data["text/html"]
            data["image/svg+xml"] = b64decode(drawing[1]).decode()
        found.append((output.get("text"), data))
    return found


def with_originals(name):
    """Return the code cells of a notebook, each with that of its page."""
    theirs = notebooks.visible_code_cells(read(name, "jupyter_execute"))
    originals = [original for _, original in theirs]
    return list(zip(code_cells_of_page(name), originals, strict=True))


def defines(cell, original):
    """Return whether a cell defines what the page lists."""
    is_listing = original.source.startswith("Source(")
    return is_listing and cell.source != original.source


@every_page
def test_code_and_outputs_equal_those_of_the_page(name):
    nbformat.validate(read(name))
    for cell, original in with_originals(name):
        assert "(eq-" not in cell.source
        if defines(cell, original):
            continue
        code = cell.source.removeprefix(definitions.LOADED)
        assert LABEL.sub("", code) == LABEL.sub("", original.source)
        assert outputs(cell) == outputs(original)
        hidden = cell.metadata.get("jupyter", {})
        tags = original.metadata.get("tags", [])
        assert hidden.get("source_hidden") or "solution" not in tags


def functions(code):
    """Return the functions and classes of some code, by their content."""
    kinds = ast.FunctionDef | ast.ClassDef
    every = [n for n in ast.parse(code).body if isinstance(n, kinds)]
    return {ast.dump(node): node.name for node in every}


@cache
def functions_of_packages():
    files = [f for name in PACKAGES for f in (ROOT / name).rglob("*.py")]
    codes = [shorten(file.read_text("utf-8")) for file in files]
    return set().union(*map(functions, codes))


@every_page
def test_what_a_notebook_defines_is_what_the_page_lists(name):
    again = [cell for cell in read(name).cells if is_again(cell)]
    for cell, original in with_originals(name):
        if defines(cell, original):
            listed = set(re.findall(r"\w+", original.source))
            assert set(functions(cell.source).values()) <= listed
            again.append(cell)
    for cell in again:
        assert functions(cell.source).keys() <= functions_of_packages()


def words(html):
    return "".join(html.get_text().split())


def words_and_formulas(name):
    """Return the words of a page without cells, and its formulas.

    Of a formula is told whether it has a number.
    """
    text, formulas = copy.copy(article(name)), []
    questions.put_answers_at_end(text)
    for cell in text.select("div.cell"):
        cell.replace_with(*cell.select("figcaption"))
    for formula in text.select(".math"):
        latex = formula.math["alttext"]
        formulas.append((latex, bool(formula.select(".eqno"))))
        formula.math.replace_with(MARK)
    for other in text.select(".headerlink, .eqno, .page-code, summary"):
        other.decompose()
    return words(text), formulas


@every_page
def test_prose_and_formulas_equal_those_of_the_page(name):
    cells = [c for c in read(name).cells if c.cell_type == "markdown"]
    prose = "\n\n".join(cell.source for cell in cells)
    text, _, cited = prose.partition("## References")
    plain = FORMULA.sub(MARK, FOLD.sub("", text))
    markdown = MarkdownIt("commonmark").enable("table").render(plain)
    html = BeautifulSoup(markdown, "html.parser")
    parts = [f.strip("$ ").split(r" \tag") for f in FORMULA.findall(text)]
    formulas = [(latex, bool(tag)) for latex, *tag in parts]
    assert (words(html), formulas) == words_and_formulas(name)  # no markup
    for link in article(name).select(".bibtex-citation a"):
        assert f"\n[{link.get_text()}] " in cited


# They run


@pytest.fixture(scope="module")
def branch(built, tmp_path_factory):
    """Lay out the branch of notebooks, as publishing does."""
    if os.name == "nt" or not shutil.which("make"):
        need("make", "to lay out the branch of notebooks")
    folder = tmp_path_factory.mktemp("branch") / "chapter-notebooks"
    places = [f"BIN={Path(sys.executable).parent}", f"BRANCH={folder}"]
    subprocess.run(["make", "notebooks", *places], cwd=ROOT, check=True)
    return folder


def test_the_branch_has_all_notebooks_and_models(branch):
    pages = {f"{name}.ipynb" for name in NOTEBOOKS}
    labs = {f"lab/{name}" for name in handouts.NOTEBOOKS}
    found = branch.rglob("*.ipynb")
    names = {path.relative_to(branch).as_posix() for path in found}
    assert pages | labs <= names
    models = {path.name.split("-")[0] for path in branch.glob("models/*")}
    assert models == set(RECIPES)


@pytest.mark.parametrize(
    "name",
    [
        "book/one_hot",
        pytest.param("book/prediction", marks=pytest.mark.proof),
        pytest.param("book/clipping", marks=pytest.mark.proof),
    ],
)
def test_a_notebook_of_the_branch_gives_the_same_outputs(name, branch):
    cells = read(name).cells
    again = run(branch / "book", cells, PYTHONPATH=str(branch))
    for new, old in zip(again, cells, strict=True):
        if old.cell_type == "code":
            assert outputs(new) == outputs(old), old.source


@pytest.mark.parametrize(
    ("name", "function", "line", "edited", "last"),
    [
        ("book/model", "rnn", "torch.tanh(", "torch.relu(", "rnn(by_hand.X"),
        ("book/training", "grad_clipping", "    check_clipping(",
         "    return 0.0\n    check_clipping(", "longest gradient"),
    ],
)  # fmt: skip
def test_an_edited_function_changes_what_a_cell_below_prints(
    name, function, line, edited, last, branch
):
    cells = copy.deepcopy(read(name).cells)
    (definition,) = [c for c in cells if f"def {function}(" in c.source]
    assert line in definition.source
    definition.source = definition.source.replace(line, edited)
    is_last = [last in c.source and c.cell_type == "code" for c in cells]
    end = is_last.index(True)
    *_, new = run(branch / "book", cells[: end + 1], PYTHONPATH=str(branch))
    pairs = zip(decimals(new), decimals(cells[end]), strict=True)
    assert any(abs(a - b) > 0.1 * abs(b) for a, b in pairs)


def decimals(cell):
    """Return the decimals that a cell prints, progress aside."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    result = re.sub(".*epochs/s.*", "", text)
    return [float(number) for number in re.findall(r"-?\d+\.\d+", result)]


def test_the_first_cell_fetches_what_is_missing_once(
    branch, bare_python, tmp_path
):
    parts = {"root_dir": branch.parent, "base_dir": branch.name}
    shutil.make_archive(tmp_path / "served" / "branch", "zip", **parts)
    with serve(tmp_path / "served") as address:
        archive = "https://github.com/a/b/archive/notebooks.zip"
        first = notebooks.first_cell("a/b")
        first = first.replace(archive, f"{address}/branch.zip")
        cells = [new_code_cell(code) for code in (first, LOOK, first)]
        _, seen, again = run(tmp_path, cells, bare_python, PYTHONPATH="")
    folder, package = map(Path, seen.outputs[0].text.split())
    assert folder == tmp_path / branch.name / "book"
    assert package.parent == folder.parent / "charrnn"
    assert again.outputs == []


# Exercises


def runs_check(cell, check):
    """Return whether a cell of a solution is in the check of answers."""
    code = cell.source.removeprefix(definitions.LOADED)
    return indent(code, "    ") in check.source


def cells_with_active_checks(name):
    """Return the cells of a page with its checks switched on.

    Each stands below its stub, where it may fail, and below its solution, or
    in place of the cell of the solution that checks it.
    """
    cells, waiting = [], []
    every = read(name).cells
    for cell, after in zip(every, [*every[1:], new_code_cell()], strict=True):
        if is_check(after):  # and this is a stub
            cells, waiting = cells + waiting, []
        if is_check(cell):
            code = cell.source.replace("if False:", "if True:", 1)
            tags = {"tags": ["raises-exception"]}
            cells.append(new_code_cell(code, metadata=tags))
            waiting = [new_code_cell(code)]
        elif waiting and runs_check(cell, waiting[0]):
            cells, waiting = cells + waiting, []
        else:
            cells.append(cell)
    return cells + waiting


@pytest.mark.parametrize(
    "name",
    [
        name
        if name == "book/one_hot"
        else pytest.param(name, marks=pytest.mark.proof)
        for name in LESSONS
    ],
)
def test_a_check_fails_below_its_stub_and_passes_below_its_solution(
    name, branch
):
    again = run(
        branch / "book", cells_with_active_checks(name), PYTHONPATH=str(branch)
    )
    checks = [c for c in again if c.source.startswith("if True:")]
    passed = [
        any("The check passes." in o.get("text", "") for o in check.outputs)
        for check in checks
    ]
    assert passed and passed == [False, True] * (len(checks) // 2)
