"""The prose and the first cell of notebooks."""

import pytest
from bs4 import BeautifulSoup
from chapter.export import notebooks
from IPython.core.inputtransformer2 import TransformerManager


def test_images_folds_and_admonitions_become_markdown(tmp_path):
    html = (
        '<article><p>2 * 3 &lt; 7 &amp; <code>a_b</code> <img alt="A dot" '
        'src="../_images/dot.png"/></p><div class="admonition">'
        '<p class="admonition-title">Note</p><p>One <a href="#x">two</a> '
        '<a href="https://example.org">three</a></p></div>'
        "<details><summary>Why <code>x</code>?</summary><p>So.</p></details>"
        "<dl><dt>Term</dt><dd><p>Meaning</p></dd></dl></article>"
    )
    (text,) = notebooks.prose_between_cells(
        BeautifulSoup(html, "html.parser").article
    )
    assert text == (
        "2 \\* 3 &lt; 7 &amp; `a_b` ![A dot](attachment:dot.png)\n\n"
        "> **Note**\n>\n> One two [three](https://example.org)\n\n"
        "<details>\n<summary>Why <code>x</code>?</summary>\n\nSo.\n\n"
        "</details>\n\n**Term**\n\n> Meaning"
    )
    (tmp_path / "dot.png").write_bytes(b"dot")
    cell = notebooks.prose_cell(text, tmp_path)
    assert cell.attachments == {"dot.png": {"image/png": "ZG90"}}


def test_without_a_repository_missing_files_are_reported(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    code = TransformerManager().transform_cell(notebooks.first_cell(""))
    with pytest.raises(RuntimeError, match="files .* are missing here: get"):
        exec(code, {})
