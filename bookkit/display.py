"""What pages display: source of the packages, and tables."""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from bookkit.numerals import to_html, typeset


class Source:
    """Show the source of functions and classes, or of a module.

    All come from one module, and methods of one class are shown under its
    name. Only the first line of a docstring is shown, because the page
    explains the rest. ``start`` and ``end`` begin the first and the last
    line to show, where it is not all. The output is Markdown, which the site
    and Jupyter both render.

    Raises ValueError as it is shown if no lines begin so.
    """

    def __init__(
        self,
        *objects: Callable[..., Any] | ModuleType,
        start: str = "",
        end: str = "",
    ) -> None:
        self.objects, self.start, self.end = objects, start, end

    def __repr__(self) -> str:
        """Return the plain source."""
        source = "\n\n".join(map(brief_source, self.objects))
        if not self.start:
            return source
        start, end = map(re.escape, (self.start, self.end))
        lines = rf"^ *{start}.*?^ *{end}.*?\n"
        if found := re.search(lines, source, re.M | re.S):
            return textwrap.dedent(found[0])
        raise ValueError(
            f"no lines begin with {self.start!r} and then {self.end!r}"
        )

    def _repr_markdown_(self) -> str:
        first = self.objects[0]
        module = getattr(first, "__module__", first.__name__)
        place = f"`{module.replace('.', '/')}.py`"
        names = [getattr(shown, "__qualname__", "") for shown in self.objects]
        owners = {name.rpartition(".")[0] for name in names}
        if len(owners) == 1 and "" not in owners:
            place += f", class `{owners.pop()}`"
        return f"{place}\n\n```python\n{self!r}```"


def brief_source(shown: Callable[..., Any] | ModuleType) -> str:
    """Return a source with only the first line of each docstring."""
    return shorten(textwrap.dedent(inspect.getsource(shown)))


def shorten(source: str) -> str:
    """Reduce each docstring of some code to its first line."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(node, documented) and ast.get_docstring(node):
            text = node.body[0]
            last = text.end_lineno or text.lineno
            if last > text.lineno:
                summary = lines[text.lineno - 1].rstrip("\n")
                lines[text.lineno - 1] = f'{summary}"""\n'
                lines[text.lineno : last] = [""] * (last - text.lineno)
    return "".join(lines)


TEXT = ("", "code")  # columns of a table that hold no numbers


class Table:
    """Show results as a table, in a page, in a notebook, and as text.

    ``columns`` maps the name of each column to the format specification of its
    numbers, to "" for text, or to "code" for what a network writes:
    ``{"epoch": "d", "perplexity": ".2f", "text": "code"}``. The first column
    names the rows. None is shown as a dash.
    ``caption`` is shown above the table and ``note`` below. Columns in
    ``secondary`` are hidden on a phone.

    Raises ValueError if a row has more or fewer values than there are columns,
    or if ``secondary`` names an unknown column.
    """

    def __init__(
        self,
        columns: Mapping[str, str],
        rows: Iterable[Sequence[Any]],
        *,
        caption: str = "",
        note: str = "",
        secondary: Collection[str] = (),
    ) -> None:
        self.columns, self.caption, self.note = dict(columns), caption, note
        self.secondary = frozenset(secondary)
        if unknown := self.secondary - set(columns):
            raise ValueError(
                f"no column is named {', '.join(sorted(unknown))}"
            )
        self.texts = []
        for row in rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"a row has {len(row)} values, but there are "
                    f"{len(self.columns)} columns: {list(row)}"
                )
            self.texts.append(list(map(_text, row, self.columns.values())))

    def __repr__(self) -> str:
        """Return the table as aligned text."""
        lines = [list(self.columns), *self.texts]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = [
            "<" if spec in TEXT else ">" for spec in self.columns.values()
        ]
        shapes = [f"{s}{w}" for s, w in zip(sides, widths, strict=True)]
        text = [
            "  ".join(map(format, line, shapes)).rstrip() for line in lines
        ]
        return "\n".join(filter(None, [self.caption, *text, self.note]))

    def _repr_html_(self) -> str:
        caption = self.caption and f"<caption>{escape(self.caption)}</caption>"
        head = "".join(
            f'<th scope="col"{self._look(name)}>{escape(name)}</th>'
            for name in self.columns
        )
        body = "\n".join(
            f"<tr>{''.join(map(self._cell, self.columns, texts))}</tr>"
            for texts in self.texts
        )
        note = self.note and f"\n<p><small>{escape(self.note)}</small></p>"
        return (
            f'<table class="results">{caption}\n<thead><tr>{head}</tr></thead>'
            f"\n<tbody>\n{body}\n</tbody></table>{note}"
        )

    def _cell(self, name: str, text: str) -> str:
        names_row = name == next(iter(self.columns))
        tag, scope = ("th", ' scope="row"') if names_row else ("td", "")
        html = to_html(text)
        if self.columns[name] == "code":
            html = f"<code>{html}</code>"
        return f"<{tag}{scope}{self._look(name)}>{html}</{tag}>"

    def _look(self, name: str) -> str:
        """Return HTML attributes; notebooks align right by default."""
        kind = ' class="secondary"' if name in self.secondary else ""
        is_text = self.columns[name] in TEXT
        return kind + ' style="text-align: left"' * is_text


def _text(value: Any, spec: str) -> str:
    if value is None:
        return "–"
    return format(value) if spec in TEXT else typeset(format(value, spec))


def load_record(path: str) -> dict[str, Any]:
    """Return the record of a study, such as ``"../studies/recall.json"``."""
    record: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return record


def recorded(record: Mapping[str, Any]) -> str:
    """Return a note on where a recorded run comes from.

    Use it below the table of results: ``Table(…, note=recorded(record))``.
    """
    return (
        f"Recorded by {record['script']} on {record['date']} at commit "
        f"{record['commit']}, with torch {record['versions']['torch']}. "
        f"Machine: {record['machine']}."
    )
