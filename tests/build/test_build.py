"""The build: it fails when it must, shows nothing stale, trains once."""

import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from types import SimpleNamespace

from chapter.print import browser as chromium
import nbformat
from chapter.offer import offline
from chapter.print import pdf as printing
import psutil
import pytest
from chapter.execute import trainings
from shared.site import COMMAND, PAGE, build
from bs4 import BeautifulSoup
from shared.tools import ctrl_c, need


def write_page(book, extra):
    (book / "book" / "index.md").write_text(PAGE + extra, "utf-8")


def html(book):
    file = book / "_build" / "html" / "book" / "index.html"
    return file.read_text("utf-8")


def cell(code):
    return f"\n```{{code-cell}} ipython3\n{code}\n```\n"


MISTAKES = {
    "a failing cell": (
        cell("x = 1\n1 / 0"),
        "book/index.md, code cell 2: ZeroDivisionError: division by zero",
    ),
    "a cell that writes to stderr": (
        cell("import sys; print('oops', file=sys.stderr)"),
        "index.md:19: WARNING: code cell 2 writes to stderr: oops",
    ),
    "a hidden cell that writes to stderr": (
        cell(":tags: [remove-cell]\nimport sys; print(1, file=sys.stderr)"),
        "index.md:19: WARNING: code cell 2 writes to stderr: 1",
    ),
    "a figure without alt text": (
        cell("from charrnn import figures\nfig = figures.unrolled_network()"),
        "index.md:21: WARNING: an image has no alt text: say what it shows, "
        "in code cell 2 ",
    ),
    "a figure by glue without alt text": (
        cell(
            "from myst_nb import glue\nfrom charrnn import figures\n"
            "glue('fig', figures.unrolled_network(), display=False)"
        )
        + "\n```{glue} fig\n```\n",
        "no alt text",
    ),
    "a picture in HTML that is missing": (
        '\n<img src="nowhere.png" alt="A picture">\n',
        "no such image",
    ),
    "an image without alt text": (
        "\n![](_static/page.png)\n",
        "index.md:19: WARNING: an image has no alt text",
    ),
    "a missing reference": ("\nSee {numref}`fig-nowhere`.\n", "fig-nowhere"),
    "a missing page": ("\nSee [](nowhere.md).\n", "nowhere.md"),
    "an unknown role": ("\nSee {nonsense}`this`.\n", "nonsense"),
    "a missing citation": ("\nSee {cite}`nobody1900`.\n", "nobody1900"),
    "a missing image": ("\n![A picture](nowhere.png)\n", "nowhere.png"),
    "a mistake in a formula": ("\n$$ \\frac{1 $$\n", "KaTeX parse error"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_this_build_and_the_next(book, mistake):
    extra, message = MISTAKES[mistake]
    write_page(book, extra)
    for _ in range(2):
        result = build(book)
        assert result.returncode != 0, result.stdout
        causes = result.stdout.rpartition("\n\n")[2].splitlines()
        assert any("index.md" in x and message in x for x in causes), causes
        assert len(causes) == len(set(causes))
    write_page(book, "")
    result = build(book)
    assert result.returncode == 0, result.stdout


def test_a_failing_cell_is_shown_and_named_last(book):
    write_page(book, cell("x = 1\n1 / 0"))
    printed = build(book).stdout
    assert "1 / 0" in printed and "Traceback" in printed
    last = printed.strip().splitlines()[-1]
    assert last == (
        "book/index.md, code cell 2: ZeroDivisionError: division by zero"
    )


def test_a_cell_that_takes_too_long_is_shown(book):
    config = (book / "_config.yml").read_text("utf-8")
    config = config.replace("timeout: 3600", "timeout: 2")
    (book / "_config.yml").write_text(config, "utf-8")
    write_page(book, cell("import time\ntime.sleep(60)"))
    result = build(book)
    assert result.returncode != 0
    assert "book/index.md: A cell timed out" in result.stdout
    assert "time.sleep(60)" in result.stdout


def test_what_is_printed_in_pieces_is_shown_as_one(book):
    pieces = "import sys, time\nfor piece in ('one ', 'line\\n', 'more'):\n"
    pause = "    print(piece, end='', flush=True)\n    time.sleep(0.3)"
    write_page(book, cell(pieces + pause))
    result = build(book)
    assert result.returncode == 0, result.stdout
    assert "one line\nmore\n</pre>" in html(book)
    executed = book / "_build" / "jupyter_execute" / "book" / "index.ipynb"
    (output,) = nbformat.read(executed, as_version=4).cells[-1].outputs
    assert output.text == "one line\nmore"


def edit_package(book):
    """Let the package clean a text otherwise; return how it was."""
    source = book / "charrnn" / "corpus.py"
    original = source.read_text("utf-8")
    changed = original.replace(
        ".strip()\n\n\nclass Vocab", ".strip().upper()\n\n\nclass Vocab"
    )
    assert changed != original
    source.write_text(changed, "utf-8")
    return original


def test_outputs_follow_the_package(book):
    assert build(book).returncode == 0
    assert "answer: a word" in html(book)
    original = edit_package(book)
    assert build(book).returncode == 0
    assert "answer: A WORD" in html(book)
    (book / "charrnn" / "corpus.py").write_text(original, "utf-8")
    result = build(book)
    assert result.returncode == 0
    assert "answer: a word" in html(book)
    assert "Using cached notebook" in result.stdout


def test_results_follow_the_page_they_come_from(book):
    toc = "format: jb-book\nroot: book/index\nchapters:\n- file: book/other\n"
    (book / "_toc.yml").write_text(toc, "utf-8")
    write_page(book, "\nIt is {glue:text}`other.md::result:s`.\n")
    for result in ("one", "two"):
        code = f"from myst_nb import glue\n\nglue('result', '{result}')"
        (book / "book" / "other.md").write_text(PAGE + cell(code), "utf-8")
        assert build(book).returncode == 0
        assert f'It is <span class="pasted-text">{result}</span>' in html(book)


def test_outputs_follow_versions(book, tmp_path, monkeypatch):
    assert build(book).returncode == 0
    for name in ("torch", "numpy", "matplotlib", "ipykernel", "ipython"):
        info = tmp_path / "pretended" / name / f"{name}-99.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 99\n", "utf-8")
        with monkeypatch.context() as context:
            context.setenv("PYTHONPATH", str(info.parent))
            result = build(book)
        assert "Executed notebook" in result.stdout, name
        assert result.returncode == 0, result.stdout
        assert "Using cached notebook" in build(book).stdout, name


def test_outputs_follow_the_processor(book, monkeypatch):
    assert build(book).returncode == 0
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert "Executed notebook" in build(book).stdout
    monkeypatch.delenv("ATEN_CPU_CAPABILITY")
    assert "Using cached notebook" in build(book).stdout


def test_outputs_follow_the_models_that_are_trusted(
    book, tmp_path, monkeypatch
):
    assert build(book).returncode == 0
    (tmp_path / "a-1.safetensors").write_bytes(b"a model")
    monkeypatch.setenv("CHARRNN_TRUSTED", str(tmp_path))
    assert "Executed notebook" in build(book).stdout
    assert "Executed notebook" not in build(book).stdout


def test_outputs_follow_the_novel(book, tmp_path, monkeypatch):
    assert build(book).returncode == 0
    data = tmp_path / "pretended" / "word_text_counter" / "data"
    data.mkdir(parents=True)
    (data / "time_machine.txt").write_text("Another edition.", "utf-8")
    (data.parent / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(data.parents[1]))
    assert "Executed notebook" in build(book).stdout


def test_a_package_edited_during_the_build_is_not_trusted(book):
    edit = (
        "from pathlib import Path\n"
        "file = Path('../charrnn/display.py')\n"
        "text = file.read_text('utf-8')\n"
        "if not text.endswith('# edited\\n'):\n"
        "    file.write_text(text + '# edited\\n', 'utf-8')"
    )
    write_page(book, cell(edit))
    result = build(book)
    assert result.returncode != 0
    assert "charrnn was edited during the build" in result.stdout
    assert caches(book) == set()
    assert build(book).returncode == 0


def test_an_interrupted_build_leaves_nothing_stale(
    book, tmp_path, monkeypatch
):
    assert build(book).returncode == 0
    edit_package(book)
    (tmp_path / "sitecustomize.py").write_text(
        "from sphinx.builders.html import StandaloneHTMLBuilder\n"
        "def interrupt(*args):\n"
        "    raise KeyboardInterrupt\n"
        "StandaloneHTMLBuilder.prepare_writing = interrupt\n",
        "utf-8",
    )
    with monkeypatch.context() as context:
        context.setenv("PYTHONPATH", str(tmp_path))
        result = build(book)
    assert result.returncode != 0 and "pickling environment" in result.stdout
    assert "answer: a word" in html(book)
    assert build(book).returncode == 0
    assert "answer: A WORD" in html(book)


def interrupt(process):
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    try:
        printed = process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert process.returncode == 130
    assert printed.endswith(
        "build interrupted: the pages that are done are kept\n"
    )
    assert "Traceback" not in printed and "Error" not in printed


@ctrl_c
def test_ctrl_c_says_one_line_and_keeps_what_is_done(book, small_recipes):
    source = book / "charrnn" / "recipes.py"
    text = source.read_text("utf-8")
    text = text.replace("num_epochs=2,", "num_epochs=20000,")
    source.write_text(text, "utf-8")
    toc = "format: jb-book\nroot: book/index\nchapters:\n- file: book/last\n"
    (book / "_toc.yml").write_text(toc, "utf-8")
    (book / "book" / "last.md").write_text(PAGE + small_recipes, "utf-8")
    with start(book) as process:
        wait_for(process, "last.md: Executing notebook")
        wait_for(process, "training random: ")
        interrupt(process)
    assert working_in(book) == [] and working_in(book / "book") == []
    for _ in range(5):  # in the middle of a print, now and then
        with start(book) as process:
            wait_for(process, "index.md: Using cached notebook")
            interrupt(process)


@ctrl_c
def test_ctrl_c_while_a_kernel_begins_says_one_line(
    book, tmp_path, monkeypatch
):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\n"
        "if 'ipykernel_launcher' in sys.orig_argv:\n"
        "    print('the kernel begins', flush=True)\n"
        "    time.sleep(600)\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with start(book) as process:
        wait_for(process, "the kernel begins")
        interrupt(process)
    assert working_in(book) == [] and working_in(book / "book") == []


@ctrl_c
@pytest.mark.parametrize("place", ["prepare_writing", "write_doc", "finish"])
def test_ctrl_c_while_pages_are_written_keeps_all(
    book, tmp_path, monkeypatch, place
):
    (tmp_path / "sitecustomize.py").write_text(
        "import time\n"
        "from sphinx.builders.html import StandaloneHTMLBuilder\n"
        "def wait(*args):\n"
        "    print('pages are being written', flush=True)\n"
        "    time.sleep(600)\n"
        f"StandaloneHTMLBuilder.{place} = wait\n",
        "utf-8",
    )
    with monkeypatch.context() as context:
        context.setenv("PYTHONPATH", str(tmp_path))
        process = start(book)
    with process:
        wait_for(process, "pages are being written")
        interrupt(process)
    result = build(book)
    assert result.returncode == 0
    assert "Using cached notebook" in result.stdout


@ctrl_c
def test_ctrl_c_while_a_page_goes_to_the_cache_keeps_no_half(
    book, tmp_path, monkeypatch
):
    (tmp_path / "sitecustomize.py").write_text(
        "import time\n"
        "from jupyter_cache.cache.main import JupyterCacheBase\n"
        "def wait(*args, **options):\n"
        "    print('a page goes to the cache', flush=True)\n"
        "    time.sleep(600)\n"
        "JupyterCacheBase.cache_notebook_bundle = wait\n",
        "utf-8",
    )
    with monkeypatch.context() as context:
        context.setenv("PYTHONPATH", str(tmp_path))
        process = start(book)
    with process:
        wait_for(process, "a page goes to the cache")
        interrupt(process)
    assert "Executed notebook" in build(book).stdout


def test_a_page_that_takes_long_says_so_meanwhile(book):
    source = book / "book" / "_ext" / "execution.py"
    text = source.read_text("utf-8").replace("SILENCE = 10", "SILENCE = 1")
    source.write_text(text, "utf-8")
    write_page(book, cell("import time\ntime.sleep(4)"))
    found = re.findall(
        r"^book/index: executing for \d s; 0 of 1 pages are read$",
        build(book).stdout,
        re.M,
    )
    assert len(found) >= 2


@ctrl_c
def test_ctrl_c_in_a_build_that_executes_nothing_keeps_all(book):
    assert build(book).returncode == 0
    write_page(book, "\nProse.\n")
    with start(book) as process:
        wait_for(process, "reading sources")
        interrupt(process)
    assert "Using cached notebook" in build(book).stdout


def test_checking_links_leaves_nothing_stale(book):
    write_page(book, "\nSee [this](http://127.0.0.1:9/).\n")
    assert build(book).returncode == 0
    edit_package(book)
    options = ["--builder", "linkcheck", "--path-output", "_build/links"]
    result = build(book, *options)
    assert result.returncode != 0
    assert "index: line   19" in result.stdout and "broken" in result.stdout
    assert "links can be reached: is there a network?" in result.stdout
    result = build(book)
    assert "Using cached notebook" in result.stdout
    assert "answer: A WORD" in html(book)


def caches(book):
    folder = book / "_build" / ".jupyter_cache"
    return {path.name for path in folder.iterdir()}


def add_caches(book, names, age):
    for i, name in enumerate(names):
        folder = book / "_build" / ".jupyter_cache" / name
        folder.mkdir(parents=True)
        os.utime(folder, (time.time() - age + i,) * 2)


def test_old_caches_are_removed_but_not_the_one_in_use(book):
    assert build(book).returncode == 0
    (own,) = caches(book)
    add_caches(book, ["old1", "old2"], 2000)
    os.utime(book / "_build" / ".jupyter_cache" / own, (0, 0))
    add_caches(book, ["new1", "new2", "new3"], 1000)
    write_page(book, "\nProse.\n")
    result = build(book)
    assert "Using cached notebook" in result.stdout
    assert caches(book) == {own, "new1", "new2", "new3"}


def start(book):
    return subprocess.Popen(
        COMMAND, cwd=book, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.STDOUT, encoding="utf-8", start_new_session=True,
    )  # fmt: skip


def wait_for(process, text):
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"never printed: {text}")


def test_two_builds_at_once_keep_their_caches(book, tmp_path, monkeypatch):
    go = tmp_path / "go"
    waiting = f"import os\nwhile not os.path.exists({str(go)!r}): 0"
    write_page(book, cell(waiting))
    info = tmp_path / "pretended" / "numpy-99.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: numpy\nVersion: 99\n", "utf-8")
    with start(book) as first:
        wait_for(first, "Executing notebook")
        add_caches(book, ["new1", "new2", "new3", "new4"], -1000)
        with monkeypatch.context() as context:
            context.setenv("PYTHONPATH", str(info.parent))
            second = start(book)
        with second:
            wait_for(second, "another build is running here")
            go.touch()
            assert "build succeeded" in first.stdout.read()
            assert "build succeeded" in second.stdout.read()
    assert first.returncode == 0 and second.returncode == 0
    (own,) = caches(book) - {"new1", "new2", "new3", "new4"}
    assert (book / "_build" / ".jupyter_cache" / own / "global.db").exists()


def test_the_cache_of_a_build_that_was_killed_is_not_trusted(book, tmp_path):
    assert build(book).returncode == 0
    begun = tmp_path / "begun"
    source = book / "charrnn" / "corpus.py"
    original = source.read_text("utf-8")
    write_page(book, cell(f"open({str(begun)!r}, 'w')\nwhile True: pass"))
    with start(book) as process:
        while not begun.exists():
            time.sleep(0.1)
        edit_package(book)
        process.kill()
    source.write_text(original, "utf-8")
    write_page(book, "")
    assert "Executed notebook" in build(book).stdout
    assert "Using cached" not in build(book).stdout  # nothing is read


def test_an_edit_of_the_style_is_built(book):
    assert build(book).returncode == 0
    sheet = book / "book" / "_static" / "chapter.css"
    edited = sheet.read_text("utf-8") + "h1 { letter-spacing: 77px; }\n"
    sheet.write_text(edited, "utf-8")
    result = build(book)
    assert "Executed notebook" not in result.stdout
    style = book / "_build" / "html" / "_static" / "style.css"
    assert "letter-spacing: 77px" in style.read_text("utf-8")


def test_a_page_that_is_removed_leaves_the_site(book):
    toc = book / "_toc.yml"
    alone = toc.read_text("utf-8")
    toc.write_text(alone + "chapters:\n- file: book/other\n", "utf-8")
    (book / "book" / "other.md").write_text(PAGE, "utf-8")
    assert build(book).returncode == 0
    other = book / "_build" / "html" / "book" / "other.html"
    notebook = book / "_build" / "html" / "_sources" / "book" / "other.ipynb"
    assert other.exists() and notebook.exists()
    toc.write_text(alone, "utf-8")
    (book / "book" / "other.md").unlink()
    assert build(book).returncode == 0
    assert not other.exists() and not notebook.exists()


@pytest.fixture
def small_recipes(book):
    """Let the book have two recipes that are done in seconds."""
    source = book / "charrnn" / "recipes.py"
    text = re.sub(
        r"^    for recipe in \(.*?^    \)$",
        "    for recipe in (SEQUENTIAL, RANDOM)",
        source.read_text("utf-8"),
        flags=re.M | re.S,
    )
    for name in ("sequential", "random"):
        text = text.replace(f'"{name}", ', f'"{name}", num_epochs=2, ', 1)
    assert text.count("num_epochs=2,") == 2
    assert "(SEQUENTIAL, RANDOM)" in text
    source.write_text(text, "utf-8")
    return cell(
        "from charrnn import recipes\n\n"
        "trained = recipes.load_or_train(recipes.RANDOM)\n"
        "print(len(trained.history), 'epochs')"
    )


def test_models_are_trained_once_and_side_by_side(book, small_recipes):
    write_page(book, small_recipes)
    result = build(book)
    assert result.returncode == 0, result.stdout
    assert "2 of 2 models to train" in result.stdout
    assert "training random: " in result.stdout
    assert "2 epochs" in html(book)
    write_page(book, small_recipes + "\nProse.\n")
    assert "models to train" not in build(book).stdout
    write_page(book, small_recipes + cell("print('more')"))
    result = build(book)
    assert "0 of 2 models to train" in result.stdout
    (model,) = (book / "_build" / "models").glob("random-*.safetensors")
    model.write_bytes(model.read_bytes()[:-10])
    write_page(book, small_recipes + cell("print('still more')"))
    result = build(book)
    assert result.returncode == 0, result.stdout
    assert "is discarded, so that the model is trained" in result.stdout
    assert "1 of 2 models to train" in result.stdout


def test_progress_is_shown_where_blocks_cannot_be(
    book, small_recipes, monkeypatch
):
    source = book / "charrnn" / "__main__.py"
    text = source.read_text("utf-8").replace(': done"', ': █ done"')
    source.write_text(text, "utf-8")
    write_page(book, small_recipes)
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")  # as on Windows
    printed = build(book).stdout
    assert len(re.findall(r"^training \w+: .* done$", printed, re.M)) == 2
    assert "Error" not in printed


def test_trainings_that_have_ended_are_not_stopped(monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()  # from here on, the number may be another process's
    monkeypatch.setattr(psutil, "Process", None)  # not to be called
    trainings.stop(SimpleNamespace(trainings=ended))


def test_a_page_that_needs_no_model_starts_no_training(book, small_recipes):
    assert "models to train" not in build(book).stdout


def test_trainings_end_with_a_build_that_fails(book, small_recipes):
    source = book / "charrnn" / "recipes.py"
    text = source.read_text("utf-8")
    text = text.replace("num_epochs=2,", "num_epochs=20000,")
    source.write_text(text, "utf-8")
    write_page(book, cell("1 / 0  # before recipes"))
    result = build(book)
    assert result.returncode != 0
    assert "2 of 2 models to train" in result.stdout
    assert working_in(book) == []


def working_in(folder):
    """Return the processes whose working folder is ``folder``."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(folder):
                found.append(process)
    return found


def test_the_start_page_says_the_title_as_it_is(book):
    config = (book / "_config.yml").read_text("utf-8")
    title = "A < B & <script>C</script>"
    config = re.sub("^title: .*", f'title: "{title}"', config, flags=re.M)
    (book / "_config.yml").write_text(config, "utf-8")
    assert build(book).returncode == 0
    start_page = book / "_build" / "html" / "index.html"
    page = BeautifulSoup(start_page.read_text("utf-8"), "html.parser")
    assert page.title.get_text() == page.h1.get_text() == title
    assert page.find("meta", {"name": "description"})["content"] == title
    assert page.script is None


def files(book):
    site = book / "_build" / "html"
    return {p.relative_to(site) for p in site.rglob("*") if p.is_file()}


def test_a_build_that_writes_no_page_leaves_no_other_files(book):
    assert build(book).returncode == 0
    clean = files(book)
    write_page(book, cell("1 / 0"))
    assert build(book).returncode != 0
    write_page(book, "")
    for _ in range(2):
        assert build(book).returncode == 0
        assert files(book) == clean


def test_prose_alone_executes_nothing(book):
    assert "Executed notebook" in build(book).stdout
    write_page(book, "\nA new sentence.\n")
    result = build(book)
    assert "Executed notebook" not in result.stdout
    assert "A new sentence." in html(book)


@pytest.fixture
def browser_of_ones_own(tmp_path, monkeypatch):
    """Put a browser that cannot print before all others."""
    program = tmp_path / "programs" / "chromium"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    monkeypatch.delenv("CHAPTER_PDF")
    return program


@pytest.mark.skipif(os.name != "posix", reason="the browser is a script")
def test_a_pdf_that_cannot_be_printed_fails_the_build(
    book, browser_of_ones_own
):
    for _ in range(2):
        result = build(book)
        assert result.returncode != 0
        last = result.stdout.strip().splitlines()[-1]
        assert "Chromium cannot print the PDF" in last
        assert "exit status 3" in last


def test_the_pdf_is_printed_anew_if_the_site_has_changed(book, monkeypatch):
    if chromium.find() is None:
        need("Chromium", "to print the PDF")
    monkeypatch.delenv("CHAPTER_PDF")
    pdf = book / "_build" / "html" / printing.PDF
    assert "printing the PDF" in build(book).stdout
    assert pdf.read_bytes().startswith(b"%PDF")
    before = pdf.read_bytes()
    assert "printing the PDF" not in build(book).stdout
    write_page(book, "\nProse.\n")
    assert build(book, "-q").returncode == 0
    assert pdf.read_bytes() != before
    with zipfile.ZipFile(book / "_build" / "html" / offline.ZIP) as archive:
        packed = archive.read(f"chapter/{printing.PDF}")
    assert packed == pdf.read_bytes()


def test_the_pdf_can_be_left_as_it_is(book, monkeypatch):
    result = build(book)
    assert result.returncode == 0
    assert "the PDF is left as it is, as CHAPTER_PDF is no" in result.stdout
    pdf = book / "_build" / "html" / printing.PDF
    assert not pdf.exists()


def test_without_a_browser_there_is_no_pdf(book, tmp_path, monkeypatch):
    monkeypatch.setenv("CHAPTER_PDF", "yes")
    (tmp_path / "sitecustomize.py").write_text(
        "import shutil\n"
        "found = shutil.which\n"
        "def which(name, *args, **kwargs):\n"
        "    if 'chrom' not in str(name).lower():\n"
        "        return found(name, *args, **kwargs)\n"
        "shutil.which = which\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    pdf = book / "_build" / "html" / printing.PDF
    pdf.parent.mkdir(parents=True)
    pdf.write_text("an old one", "utf-8")
    result = build(book)
    assert result.returncode == 0, result.stdout
    assert "no PDF is made: there is no Chromium or Chrome" in result.stdout
    assert not pdf.exists()
