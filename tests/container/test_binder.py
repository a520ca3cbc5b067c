"""Binder, without Docker: its steps, followed in an environment of its own.

The pages run there with the networks that come along, as in a container.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest
from chapter.offer import lab
from packaging.requirements import Requirement
from playwright.sync_api import expect
from shared import container
from shared.site import NOTEBOOKS, ROOT
from shared.tabs import watched

pytestmark = [
    pytest.mark.usefixtures("built"),
    pytest.mark.skipif(
        sys.platform == "win32" or sys.version_info[:2] != (3, 11),
        reason="Binder has Linux, and the Python of binder/runtime.txt",
    ),
]
SOME = "book/clipping"  # which needs a record, and networks
# What JupyterLab shows in the place of an equation that it cannot read, or
# of an image that is not there; Markdown that it does not know; formulas.
BROKEN = "mjx-merror, [data-mjx-error], img[src^='attachment']"
PROSE = ".jp-MarkdownCell .jp-RenderedMarkdown"
FORMULAS = f"{PROSE} mjx-container"
RAW = re.compile(r"\{[a-z:-]+\}`|:::|\$\$|\]\(|\*\*|attachment:")
BAR = re.compile(r"^.*\d+%\|.*\n", re.M)  # the progress of a training
FORMULA = re.compile(r"(?<!\\)\$\$.*?\$\$|(?<!\\)\$.*?\$", re.S)


# What repo2docker makes of the branch


@pytest.fixture(scope="module")
def files(built, tmp_path_factory):
    """Lay out the branch, as publishing does."""
    files = tmp_path_factory.mktemp("binder") / "notebooks"
    container.lay_out(files)
    return files


@pytest.fixture(scope="module")
def plan(files):
    return container.plan(files)


def test_repo2docker_would_install_what_binder_asks_for_and_no_more(plan):
    assert "Building conda environment for python=3.11" in plan
    pip = "${KERNEL_PYTHON_PREFIX}/bin/pip install"
    steps = container.OUR_STEPS.findall(plan)
    assert steps == [f'{pip} --no-cache-dir -r "binder/requirements.txt"']
    everything = re.search(r"^COPY .* src/ \$\{REPO_DIR\}/$", plan, re.M)
    assert plan.index("/bin/pip install") < everything.start()
    assert '\nENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"\n' in plan
    assert '\nRUN chmod +x "${REPO_DIR}/binder/start"\n' in plan
    lock = re.sub(  # of JupyterLab, as we install it
        "[^a-z0-9]", lambda x: f"-{ord(x[0]):x}", container.VERSIONS
    )
    assert re.search(rf"^COPY .*{lock}-\w+ /tmp/env/environment", plan, re.M)


# The branch


def test_the_branch_holds_each_notebook_and_each_network_once(files):
    found = {path.relative_to(files) for path in files.rglob("*.ipynb")}
    pages = {path for path in found if path.parts[0] != "lab"}
    assert {str(path.with_suffix("")) for path in pages} == set(NOTEBOOKS)
    assert {path.name for path in found - pages} >= set(lab.RUN)
    names = [path.name.split("-")[0] for path in files.glob("models/*")]
    assert len(names) == len(set(names)) == 7
    assert (files / "book" / "whole.py").is_file()
    size = sum(path.stat().st_size for path in files.rglob("*"))
    assert size < 30e6  # it is fetched whole


def test_binder_installs_the_package_s_needs_in_good_versions(files):
    text = (files / "binder" / "requirements.txt").read_text("utf-8")
    index, *lines = text.splitlines()
    assert index == container.EXTRA_INDEX
    assert set(lines) <= set((ROOT / "constraints.txt").read_text().split())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    direct = {Requirement(x).name for x in project["project"]["dependencies"]}
    names = {line.partition("==")[0].lower() for line in lines}
    assert direct < names
    tools = {"jupyter-book", "sphinx", "pytest", "jupyterlab", "myst-nb"}
    assert not tools & names


def test_a_folder_that_is_there_is_refused(tmp_path):
    command = [sys.executable, ROOT / "binder" / "branch.py", tmp_path]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert result.returncode == 1
    assert "is there already: name a new folder" in result.stderr


# The container


@pytest.fixture(scope="module")
def box(files, tmp_path_factory):
    copy = tmp_path_factory.mktemp("box") / "files"
    return container.prepare(shutil.copytree(files, copy))


@pytest.fixture(scope="module")
def server(box):
    with container.serve(box) as server:
        yield server


@pytest.fixture
def tab(browser, server):
    """Open a tab that lets no request out, and finds none."""
    with watched(browser, server.address) as watch:
        tab = watch.context.new_page()
        # JupyterLab draws what is seen.
        tab.set_viewport_size({"width": 1280, "height": 24000})
        yield tab
    assert watch.outside == []


def shown_by(cell):
    """Return the text and the number of pictures that a cell shows."""
    text, pictures = "", 0
    for output in cell["outputs"]:
        data = output.get("data", {})
        html = "".join(data.get("text/html", []))
        if output["output_type"] == "stream":
            text += "".join(output["text"]).replace("\r\n", "\n")
        elif "image/svg+xml" in data or html.startswith("<img "):
            pictures += 1
        else:
            text += "".join(data.get("text/plain", []))
    return BAR.sub("", text), pictures


def cells(notebook, kind="code"):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def required(box):
    return (box.files / "binder" / "requirements.txt").read_text("utf-8")


def test_the_package_is_that_of_the_branch(box):
    code = "import charrnn, torch; print(charrnn.__file__, torch.version.cuda)"
    result = subprocess.run(
        ["binder/start", "python", "-c", code], cwd=box.files, env=box.env,
        stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    place, cuda = result.stdout.split()
    assert place == str(box.files / "charrnn" / "__init__.py")
    if container.INDEX in required(box):
        assert cuda == "None"


def check_outputs(found, expected, box):
    """Assert that cells ran, and show what they show on the site."""
    for output in sum((cell["outputs"] for cell in found), []):
        assert output["output_type"] != "error", output
    assert all(cell["execution_count"] for cell in found)
    ours = [shown_by(cell) for cell in found]
    theirs = [shown_by(cell) for cell in expected]
    assert [p for _, p in ours] == [p for _, p in theirs]
    known = version("torch").partition("+")[0]
    if f"torch=={known}\n" in required(box):
        assert ours == theirs


def check_prose(tab, notebook):
    """Assert that all prose and all formulas are rendered."""
    sources = ["".join(c["source"]) for c in cells(notebook, "markdown")]
    formulas = sum(len(FORMULA.findall(source)) for source in sources)
    for selector, count in ((PROSE, len(sources)), (FORMULAS, formulas)):
        expect(tab.locator(selector)).to_have_count(count, timeout=30_000)
    text = "\n".join(tab.locator(PROSE).all_inner_texts())
    assert RAW.findall(text) == []
    assert tab.locator(BROKEN).all_text_contents() == []


whole = [pytest.param(page, marks=pytest.mark.proof) for page in NOTEBOOKS]
whole[NOTEBOOKS.index(SOME)] = SOME


@pytest.mark.parametrize("name", whole)
def test_a_page_runs_in_a_container(tab, server, box, name):
    published = json.loads((box.files / f"{name}.ipynb").read_text("utf-8"))
    container.open_page(tab, server, f"{name}.ipynb")
    notebook = container.run_all(tab)
    check_prose(tab, published)
    container.close_page(tab)
    check_outputs(cells(notebook), cells(published), box)
