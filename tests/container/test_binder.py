"""Binder, without Docker: its steps, followed in a fresh environment.

repo2docker says what it would do. The same is done here, but for three
things. Where PyTorch's index is out of reach, PyTorch comes from where pip
finds it. The packages of repo2docker itself, which come by conda, are left
out: ours bring their own. And the trained models of this checkout are there,
so that those that fit are not trained again.
"""

import json
import os
import re
import subprocess
import sys

import pytest
from shared import container
from shared.site import NOTEBOOKS, ROOT, article

pytestmark = [
    pytest.mark.usefixtures("built"),
    pytest.mark.skipif(
        sys.platform == "win32" or sys.version_info[:2] != (3, 11),
        reason="Binder has Linux, and the Python of binder/runtime.txt",
    ),
]
PICTURES = ROOT / "_build" / "pictures" / "binder"
# What differs from run to run: the speed of a training, its progress bar.
VARYING = re.compile(r"median speed [\d,]+ tokens/s|^.*\d+%\|.*\n", re.M)
# What JupyterLab shows in the place of a reference that leads nowhere, of
# an equation that KaTeX cannot read, and of Markdown that it does not know.
BROKEN = "[title$='Not Found'], .katex-error, merror, .text-red-500"
RAW = re.compile(r"\{[a-z:-]+\}`|:::|\$\$|\]\(")


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """Return a container with this checkout, and with nothing installed."""
    return container.prepare(tmp_path_factory.mktemp("binder"))


@pytest.fixture(scope="module")
def plan(box):
    return container.plan(box.files)


@pytest.fixture(scope="module")
def built_box(box, plan):
    """Follow the steps, with the models that are there."""
    container.find_pytorch(box)
    container.bring_models(box)
    printed = container.build(box, plan)
    assert re.search(r"^\d of 7 models to train$", printed, re.M), printed
    return box


@pytest.fixture(scope="module")
def server(built_box):
    with container.serve(built_box) as server:
        yield server


def test_repo2docker_would_install_what_binder_asks_for(plan):
    assert "Building conda environment for python=3.11" in plan
    install, post_build = container.OUR_STEPS.findall(plan)
    pip = "${KERNEL_PYTHON_PREFIX}/bin/pip install"
    assert install == f'{pip} --no-cache-dir -r "binder/requirements.txt"'
    assert post_build == "./binder/postBuild"
    assert '\nENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"\n' in plan


def test_repo2docker_has_all_files_before_it_installs(plan):
    everything = re.search(r"^COPY .* src/ \$\{REPO_DIR\}/$", plan, re.M)
    assert everything.start() < plan.index("/bin/pip install")


def test_nothing_but_the_requirements_of_binder_is_read(plan):
    assert "pip install --no-cache-dir ." not in plan  # not editable
    assert set(re.findall(r"\S*requirements\S*\.txt", plan)) <= {
        '"binder/requirements.txt', "src/binder/requirements.txt",
        "${REPO_DIR}/binder/requirements.txt",
    }  # fmt: skip
    lines = (ROOT / "binder/requirements.txt").read_text("utf-8").splitlines()
    specs = [line.split(" #")[0].strip() for line in lines]
    assert {container.EXTRA_INDEX, "-c ../constraints.txt", "-e ."} <= set(
        specs
    )
    names = " ".join(specs)
    for tool in ("jupyter-book", "sphinx", "pytest", "playwright"):
        assert tool not in names


def test_the_programs_of_binder_can_be_run():
    for name in ("postBuild", "start"):
        assert os.access(ROOT / "binder" / name, os.X_OK)


@pytest.fixture(scope="module")
def targets(built_box):
    """Return page and number of each equation and figure, as in JupyterLab."""
    code = (
        "import json, pages;"
        "print(json.dumps(pages.find_targets(pages.numbered_pages())))"
    )
    python = built_box.prefix / "bin" / "python"
    printed = subprocess.check_output(
        [python, "-B", "-c", code], cwd=ROOT / "binder", env=built_box.env
    )
    return json.loads(printed)


def test_the_numbers_are_those_of_the_site(targets):
    assert len(targets) > 40
    for label, (name, number) in targets.items():
        shown = article(name).select_one(f"#equation-{label}, #{label}")
        numbers = shown.select(".eqno, .caption-number")
        assert re.search(rf"\b{number}\b", numbers[0].get_text()), label


def test_the_package_is_that_of_the_checkout(built_box):
    python = built_box.prefix / "bin" / "python"
    code = "import charrnn, torch; print(charrnn.__file__, torch.version.cuda)"
    result = subprocess.run(
        [python, "-c", code], cwd=built_box.files.parent, env=built_box.env,
        stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    place, cuda = result.stdout.split()
    assert place == str(built_box.files / "charrnn" / "__init__.py")
    requirements = built_box.files / "binder" / "requirements.txt"
    if container.EXTRA_INDEX in requirements.read_text("utf-8"):
        assert cuda == "None"


@pytest.fixture
def tab(browser, server):
    """Open a tab that notes each request to elsewhere."""
    with browser.new_context(
        viewport={"width": 1280, "height": 14000}
    ) as context:
        tab = context.new_page()
        tab.outside = []
        known = server.address, "data:", "blob:"
        tab.on(
            "request",
            lambda request: (
                request.url.startswith(known)
                or tab.outside.append(request.url)
            ),
        )
        yield tab


def expected_cells(name):
    """Return the code cells of a page as the build executed them."""
    file = ROOT / "_build" / "jupyter_execute" / "book" / f"{name}.ipynb"
    return code_cells(json.loads(file.read_text("utf-8")))


def code_cells(notebook):
    return [c for c in notebook["cells"] if c["cell_type"] == "code"]


def shown_by(cell):
    """Return the text and the number of pictures that a cell shows."""
    text, pictures = "", 0
    for output in cell["outputs"]:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            text += "".join(output["text"]).replace("\r\n", "\n")
        elif any(kind.startswith("image/") for kind in data):
            pictures += 1
        else:
            text += "".join(data.get("text/plain", []))
    return VARYING.sub("", text), pictures


def torch_version(python):
    """Return the version of PyTorch that an interpreter has."""
    code = "from importlib.metadata import version; print(version('torch'))"
    return subprocess.check_output([python, "-c", code], encoding="utf-8")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_runs_as_a_notebook(tab, server, built_box, targets, name):
    container.open_page(tab, server, name)
    cells = code_cells(container.run_all(tab))
    take_picture(tab, name)
    check_markdown(tab, name, targets)
    container.close_page(tab)
    outputs = sum((cell["outputs"] for cell in cells), [])
    assert [o for o in outputs if o["output_type"] == "error"] == []
    assert all(cell["execution_count"] for cell in cells)
    found = [shown_by(cell) for cell in cells]
    expected = [shown_by(cell) for cell in expected_cells(name)]
    assert [p for _, p in found] == [p for _, p in expected]
    python = built_box.prefix / "bin" / "python"
    if torch_version(python) == torch_version(sys.executable):
        assert found == expected
    assert tab.outside == []


def take_picture(tab, name):
    """Keep a picture of a page, from its title on, for us to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    tab.evaluate(f"{container.PANEL}.content.scrollToItem(0)")
    tab.screenshot(path=PICTURES / f"{name}.png")


def check_markdown(tab, name, targets):
    """Assert that all prose, references, and equations are rendered."""
    prose = tab.query_selector_all(".jp-MarkdownCell .myst")
    cells = tab.evaluate(container.NOTEBOOK)["cells"]
    assert len(prose) == sum(c["cell_type"] == "markdown" for c in cells)
    text = "\n".join(part.text_content() for part in prose)
    assert RAW.findall(text) == []
    broken = tab.query_selector_all(BROKEN)
    assert [part.text_content() for part in broken] == []
    for label, (page, number) in targets.items():
        if page == name:
            shown = f"({number})" if label.startswith("eq") else number
            assert shown in text, label
