"""The exercises of the book, in Markdown, for a page to list."""

import re
from collections.abc import Iterator
from pathlib import Path

from bookkit.extracts import from_pages

ROOT = Path(__file__).resolve().parents[1]
PAGE = re.compile(r"file: book/([\w-]+)")
GOAL = re.compile(r"^goal: (?:>-\s+)?(.+?)\n(?=\S)", re.M | re.S)
EXERCISE = re.compile(  # its title, minutes, and label, and what follows
    r"^:::\{exercise\} ([^\n]+) – [^\n]*?(\d+) minutes[^\n]*\n"
    r":label: (\S+)\n(.*?)(?=^:::\{exercise\}|\Z)",
    re.M | re.S,
)
HEAD = "| Exercise | Min | Asks for |\n|---|---|---|"


@from_pages
def tables() -> str:
    """Return a folded table for each part that has exercises."""
    contents = ROOT.joinpath("_toc.yml").read_text("utf-8")
    _, *parts = contents.split("- caption: ")
    return "\n".join(map(table, parts))


def table(part: str) -> str:
    """Return the table of a part, given its lines of the contents."""
    caption = part.splitlines()[0].strip('"')
    rows = [row for page in PAGE.findall(part) for row in rows_of(page)]
    lines = [f":::{{dropdown}} {caption}", HEAD, *rows, ":::\n"]
    return "\n".join(lines) if rows else ""


def rows_of(page: str) -> Iterator[str]:
    """Return a row for a page with exercises, and one for each of them.

    An exercise asks for code if its solution has some.
    """
    text = ROOT.joinpath("book", f"{page}.md").read_text("utf-8")
    exercises = EXERCISE.findall(text)
    if exercises:
        minutes = sum(int(found[1]) for found in exercises)
        goal = " ".join("".join(GOAL.findall(text)).split())
        yield f"| **[]({page}.md)**: {goal} | {minutes} | |"
    for title, minute, label, rest in exercises:
        solution, _, _ = rest.rpartition("{solution-end}")
        kind = "code" if "{code-cell}" in solution else "paper"
        yield f"| {{ref}}`{label}`: {title} | {minute} | {kind} |"
