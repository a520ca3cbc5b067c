"""Write what the grading found: the table, and a report for each student."""

import csv
import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from threading import get_ident

from charrnn.grade.hand_in import HandIn
from charrnn.grade.marking import Result
from charrnn.grade.rubric import Rubric

Graded = Sequence[tuple[HandIn, Result]]

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;"
    "padding:0 1rem;color-scheme:light dark}td,th{padding:.1rem 1rem .1rem 0;"
    "text-align:left}dt{font-weight:600}dd{margin:0 0 .4rem 1rem;"
    "white-space:pre-wrap;overflow-wrap:anywhere}"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
{body}
</html>
"""


def table(graded: Graded, rubric: Rubric) -> str:
    """Return the table for the terminal; a number stands for each check."""
    checks = list(rubric.points)
    numbers = [str(i) for i in range(1, len(checks) + 1)]
    rows = [["student", "points", "of", *numbers]]
    for hand_in, result in graded:
        rows.append([
            hand_in.name, f"{result.total:g}", f"{rubric.most:g}",
            *(f"{result.points.get(check, 0):g}" for check in checks),
            result.reason or remark(result),
        ])  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(checks) + 3)]
    lines = []
    for name, *cells in rows:
        set_right = map(str.rjust, cells, widths[1:])
        more = cells[len(widths) - 1 :]
        line = "  ".join([name.ljust(widths[0]), *set_right, *more])
        lines.append(line.rstrip())
    said = (
        f"{i} {check} ({rubric.of(check):g})"
        for i, check in zip(numbers, checks, strict=True)
    )
    return "\n".join([*lines, "", "Checks: " + ", ".join(said)])


def remark(result: Result) -> str:
    """Return how many remarks on cells the report has, if there are any."""
    count = len(result.trouble)
    return f"remarks in the report: {count}" if count else ""


def write(graded: Graded, rubric: Rubric, folder: Path) -> None:
    """Write ``marks.csv``, and two reports for each student."""
    write_file(folder / "marks.csv", marks(graded, rubric))
    for name, (hand_in, result) in zip(names(graded), graded, strict=True):
        write_file(folder / f"{name}.md", markdown(hand_in, result, rubric))
        write_file(folder / f"{name}.html", html(hand_in, result, rubric))


def write_file(file: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    kept = file.with_name(f"{file.name}.{get_ident()}.part")
    kept.write_text(text, "utf-8", newline="\n")
    os.replace(kept, file)


def marks(graded: Graded, rubric: Rubric) -> str:
    """Return the table as CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(
        ["student", "points", "of", *rubric.points, "remark", "file"]
    )
    for hand_in, result in graded:
        points = [f"{result.points.get(c, 0):g}" for c in rubric.points]
        total, most = f"{result.total:g}", f"{rubric.most:g}"
        texts = [result.reason or " / ".join(result.trouble), hand_in.path]
        row = [no_formula(hand_in.name), total, most, *points]
        rows.writerow(row + [no_formula(text) for text in texts])
    return text.getvalue()


def no_formula(text: str) -> str:
    """Return a text which no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def names(graded: Graded) -> list[str]:
    """Return a file name for each student, no two alike on any system."""
    found = [
        re.sub(r"[^\w.-]+", "_", hand_in.name)[-80:].strip("._-") or "student"
        for hand_in, _ in graded
    ]
    counts = Counter(name.casefold() for name in found)
    for i, (hand_in, _) in enumerate(graded):
        if counts[found[i].casefold()] > 1:
            digest = hashlib.sha256(f"{hand_in.path} {i}".encode())
            found[i] += f"-{digest.hexdigest()[:8]}"
    return found


def outline(result: Result, rubric: Rubric) -> list[tuple[str, str, str]]:
    """Return of each check its name, its points, and those to be had."""
    return [
        (check, f"{result.points.get(check, 0):g}", f"{rubric.of(check):g}")
        for check in rubric.points
    ]


def markdown(hand_in: HandIn, result: Result, rubric: Rubric) -> str:
    """Return the report of a student as Markdown, all texts made harmless."""
    total = f"{result.total:g} of {rubric.most:g} points"
    blocks = [f"# {plain(hand_in.name)}", f"**{total}**"]
    if result.reason:
        blocks.append(f"Not run: {plain(result.reason)}")
    rows = [
        f"| {c} | {got} | {of} |" for c, got, of in outline(result, rubric)
    ]
    blocks.append(
        "\n".join(["| Check | Points | Of |", "|:--|--:|--:|", *rows])
    )
    for complaint in result.complaints:
        properties = ", ".join(complaint["properties"])
        blocks.append(f"## {plain(complaint['check'])}: {plain(properties)}")
        lines = [f"- *{h}:* {plain(said)}" for h, said in complaint["lines"]]
        blocks.append("\n".join(lines))
    if result.trouble:
        blocks.append("## Cells")
        blocks.append("\n".join(f"- {plain(said)}" for said in result.trouble))
    return "\n\n".join(blocks) + "\n"


def plain(text: str) -> str:
    """Return a text in a line of Markdown, where it means nothing else."""
    text = escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]()#!|~$])", r"\\\1", text)


def html(hand_in: HandIn, result: Result, rubric: Rubric) -> str:
    """Return the report of a student as a page that needs no other file."""
    total = f"{result.total:g} of {rubric.most:g} points"
    body = [f"<h1>{escape(hand_in.name)}</h1>", f"<p><b>{total}</b></p>"]
    if result.reason:
        body.append(f"<p>Not run: {escape(result.reason)}</p>")
    body.append("<table><tr><th>Check<th>Points<th>Of</tr>")
    for row in outline(result, rubric):
        body.append("<tr>" + "".join(f"<td>{c}" for c in row) + "</tr>")
    body.append("</table>")
    for complaint in result.complaints:
        properties = ", ".join(complaint["properties"])
        body.append(
            f"<h2>{escape(complaint['check'])}: {escape(properties)}</h2>"
        )
        body.append("<dl>")
        for head, said in complaint["lines"]:
            body.append(f"<dt>{escape(head)}<dd>{escape(said)}")
        body.append("</dl>")
    if result.trouble:
        items = "".join(f"<li>{escape(said)}" for said in result.trouble)
        body.append(f"<h2>Cells</h2><ul>{items}</ul>")
    title = f"{escape(hand_in.name)}: {total}"
    return PAGE.format(title=title, style=STYLE, body="\n".join(body))
