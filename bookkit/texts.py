"""Texts for a reader to train on: our own, and one that a rule makes."""

import re
from pathlib import Path

from bookkit.extracts import from_pages

ROOT = Path(__file__).resolve().parents[1]
LENGTH = 12000  # characters, of which the cleaning leaves fewer
NO_PROSE = re.compile(  # of a page: its head, code, formulas, names of roles
    r"\A---\n.*?^---\n|^(`{3,}).*?^\1`*$|\$+[^$]*\$+|\{[^}\n]*\}|\]\([^)]*\)"
    r"|^:.*?$|<[^>]*>",
    re.M | re.S,
)
ONES = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
    "ninety",
]  # fmt: skip
VERSE = "{} sheep stood behind the gate, one went home, the hour was late. "


@from_pages
def part_one() -> str:
    """Return the beginning of the prose of Part I."""
    contents = ROOT.joinpath("_toc.yml").read_text("utf-8")
    part = "".join(contents.split("caption:")[1:2])
    pages = [
        ROOT.joinpath(f"{name}.md").read_text("utf-8")
        for name in re.findall(r"file: (\S+)", part)
    ]
    prose = " ".join(NO_PROSE.sub(" ", page) for page in pages)
    return " ".join(prose.split())[:LENGTH]


def in_words(number: int) -> str:
    """Write a number from 1 to 99 in words."""
    if number < 20:
        return ONES[number - 1]
    ten, one = divmod(number, 10)
    return " ".join([TENS[ten - 2], *ONES[one - 1 : one]])


def to_train_on() -> dict[str, str]:
    """Return the texts that the trainers offer beside the novel."""
    verses = [VERSE.format(in_words(n)) for n in range(99, 0, -1)]
    return {
        "Part I of this chapter": part_one(),
        "A counting rhyme": "".join(verses),
    }
