"""Rules for pages, which a build does not need in order to be right."""

import ast
import re
from collections.abc import Iterator

import pytest
from shared.site import (
    LESSONS,
    NOTEBOOKS,
    PAGES,
    TOC,
    article,
    notebook,
)

pytestmark = pytest.mark.usefixtures("built")
NUMERAL = re.compile(r"(?<![\w.:{])\d")  # not that in H_0, or in {:.2f}
QUESTIONS = {
    chapter["file"]: chapter.get("title", "").partition(": ")[2]
    for part in TOC["parts"]
    for chapter in part["chapters"]
}
RESULT = re.compile(r"(?<![\w.:])(?:\d[\d,]*\.\d|\d+\s?%|\d[\d,]*\d\d)")


@pytest.mark.parametrize("name", PAGES)
def test_each_image_has_an_alt_text(name):
    assert all(image.get("alt") for image in article(name).select("img"))


def code_cells(name):
    return [c for c in notebook(name)["cells"] if c["cell_type"] == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_cell_writes_to_stderr_even_if_the_page_hides_it(name):
    outputs = [
        output for cell in code_cells(name) for output in cell["outputs"]
    ]
    assert not [o["text"] for o in outputs if o.get("name") == "stderr"]


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_states_its_question_and_time_below_its_title(name):
    line = article(name).select_one("h1").find_next_sibling()
    assert line["class"] == ["times"]
    question, _, time = line.get_text().rpartition("About ")
    assert question.strip() == QUESTIONS[name]
    assert re.fullmatch(r"\d+ minutes, with a pencil.", time)


# The options of questions are computed, so that they change with the chapter.


def typed_numbers(code: str) -> Iterator[str]:
    """Return what the questions in some code type and should compute.

    In an option this is any number, and in the other texts one that looks
    like a result.
    """
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Question":
            yield from filter(RESULT.search, texts(call))
            for option in call.args[1:]:
                value = option.elts[0]  # a tuple: the value, and its reason
                if is_typed(value):
                    yield ast.unparse(value)


def texts(code: ast.AST) -> Iterator[str]:
    """Return the texts in an expression, without what they compute."""
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield code.value
    if not isinstance(code, ast.FormattedValue | ast.Subscript):
        for part in ast.iter_child_nodes(code):
            yield from texts(part)


def is_typed(value: ast.expr) -> bool:
    """Return whether an option has a numeral, or a number and no name."""
    parts = list(ast.walk(value))
    has_number = any(
        isinstance(part, ast.Constant) and type(part.value) in (int, float)
        for part in parts
    )
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return any(map(NUMERAL.search, texts(value))) or (
        has_number and not names - {"str", "torch", "math"}
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_question_computes_its_numbers(name):
    for cell in code_cells(name):
        assert list(typed_numbers("".join(cell["source"]))) == []


@pytest.mark.parametrize(
    ("option", "typed"),
    [("24", 1), ("4 * 6", 1), ("str(24)", 1), ("'3 bits'", 1), ("2 * n", 0),
     ("f'{n} of 4'", 1), ("f'{x:.2f} bits'", 0), ("'`H_0`'", 0)],
)  # fmt: skip
def test_a_typed_option_is_found(option, typed):
    code = f"Question('?', ({option}, 'Why.'), (n, 'Why.'), answer=n)"
    assert len(list(typed_numbers(code))) == typed
