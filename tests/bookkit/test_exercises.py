"""The tables of exercises, where a course has removed the solutions."""

from bookkit import exercises

TOC = '  - caption: "I. First"\n    chapters:\n      - file: book/one-page\n'
PAGE = """\
---
goal: do it
---
:::{exercise} a sum – core, on paper, 20 minutes
:label: ex-sum
Add.
:::

:::{exercise} a loop – project, 45 minutes
:label: ex-loop
Repeat.
:::
"""


def test_exercises_without_solutions_count_as_on_paper(tmp_path, monkeypatch):
    monkeypatch.setattr(exercises, "ROOT", tmp_path)
    tmp_path.joinpath("book").mkdir()
    tmp_path.joinpath("_toc.yml").write_text(TOC, "utf-8")
    tmp_path.joinpath("book", "one-page.md").write_text(PAGE, "utf-8")
    rows = exercises.tables().splitlines()[3:-1]
    assert rows == [
        "| **[](one-page.md)**: do it | 65 | |",
        "| {ref}`ex-sum`: a sum | 20 | paper |",
        "| {ref}`ex-loop`: a loop | 45 | paper |",
    ]
