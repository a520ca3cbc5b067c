"""Notebooks to download: their prose, and the cell that they begin with."""

import os
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from chapter.offer import notebooks
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell
from shared import checkers


def test_images_folded_text_and_quotes_become_plain(tmp_path):
    html = (
        '<article><p>2 * 3 &lt; 7 &amp; <code>a_b</code> <img alt="A dot" '
        'src="../_images/dot.png"/></p><div class="admonition">'
        '<p class="admonition-title">Note</p><p>One <a href="#x">two</a> '
        '<a href="https://example.org">three</a></p></div>'
        "<details><summary>Why <code>x</code>?</summary><p>So.</p></details>"
        "<dl><dt>Term</dt><dd><p>Meaning</p></dd></dl></article>"
    )
    (text,) = notebooks.prose(BeautifulSoup(html, "html.parser").article)
    assert text == (
        "2 \\* 3 &lt; 7 &amp; `a_b` ![A dot](attachment:dot.png)\n\n"
        "> **Note**\n>\n> One two [three](https://example.org)\n\n"
        "<details>\n<summary>Why <code>x</code>?</summary>\n\nSo.\n\n"
        "</details>\n\n**Term**\n\n> Meaning"
    )
    (tmp_path / "dot.png").write_bytes(b"dot")
    cell = notebooks.text_cell(text, tmp_path)
    assert cell.attachments == {"dot.png": {"image/png": "ZG90"}}


# The first cell


def test_a_program_beside_the_page_is_a_file_that_no_installer_knows(tmp_path):
    (tmp_path / "whole.py").touch()
    code = (
        "import re\nimport torch\nimport whole\nopen('../experiments/a.json')"
    )
    cells = [new_code_cell(code)]
    needed = ["torch", "./whole.py", "../experiments"]
    assert notebooks.needs(cells, tmp_path) == needed


def begin(archive, *needed):
    """Run a first cell in this process, where its cases are quick to try."""
    code = notebooks.first_cell(archive, list(needed))
    exec(TransformerManager().transform_cell(code), {})


def test_nothing_happens_if_all_is_there(tmp_path, monkeypatch, capsys):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "book").mkdir()
    monkeypatch.chdir(tmp_path / "book")
    for archive in (None, "http://127.0.0.1:9/nothing.zip"):
        begin(archive, "charrnn", "torch", "../benchmarks")
    assert capsys.readouterr() == ("", "")
    assert Path.cwd() == tmp_path / "book"


def test_networks_that_come_along_are_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("CHARRNN_TRUSTED", "")  # restored in the end
    monkeypatch.delenv("CHARRNN_TRUSTED")
    for name in ("models", "book"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "book")
    begin(None, "charrnn")
    assert os.environ["CHARRNN_TRUSTED"] == str(tmp_path / "models")
    monkeypatch.setenv("CHARRNN_TRUSTED", "chosen")
    begin(None, "charrnn")
    assert os.environ["CHARRNN_TRUSTED"] == "chosen"


NOWHERE = "http://127.0.0.1:9/chapter.zip"


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (None, r"missing here: nowhere, \.\./nothing\. Get the files of the"),
        (NOWHERE, f"{NOWHERE} cannot be fetched: .* Is there a network"),
        ("login.zip", r"login\.zip cannot be fetched: .*not a zip"),
        ("none.zip", r"none\.zip cannot be fetched: .*404"),
    ],
)
def test_what_cannot_be_had_is_said(tmp_path, monkeypatch, archive, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "login.zip").write_text("Who are you?", "utf-8")
    with checkers.served(tmp_path) as address:
        at = archive and urljoin(f"{address}/", archive)
        with pytest.raises(RuntimeError, match=message):
            begin(at, "charrnn", "nowhere", "../nothing")
