"""All questions in GIFT, which Moodle imports, with formulas for MathJax."""

import re
from pathlib import Path

from bs4 import Tag
from sphinx.application import Sphinx

from bookkit.files import keep_text
from chapter.export.handouts import PLACE
from chapter.markup import bare_html, parse_element, select_one

FILE = f"{PLACE}/questions.txt"  # Moodle wants this ending
QUESTION = re.compile(r'<fieldset class="question.*?</fieldset>', re.DOTALL)
MATH = re.compile(r'<math alttext="(.*?)".*?</math>', re.DOTALL)
ESCAPES = str.maketrans({c: f"\\{c}" for c in "\\~=#{}:"} | {"\n": r"\n"})


def write(app: Sphinx) -> None:
    """Write the questions of all pages, each with variants in a category."""
    site, entries = Path(app.outdir), []
    for page in app.env.collect_relations():
        html = (site / f"{page}.html").read_text("utf-8")
        found = (MATH.sub(r"\\(\1\\)", q) for q in QUESTION.findall(html))
        if questions := [parse_element(question) for question in found]:
            title = app.env.titles[page].astext()
            category = f"$CATEGORY: {app.config.html_title}/{title}"
            number = 0
            for question in questions:
                if "hidden" not in question.attrs:
                    number += 1
                    entries.append(f"{category}/Question {number}")
                entries.append(entry(question, f"{title} {number}"))
    file, text = site / FILE, "\n\n".join(entries)
    if text:
        keep_text(file, text)


def entry(question: Tag, name: str) -> str:
    """Return a question as https://docs.moodle.org/en/GIFT_format says."""
    for element in question.select("legend, form"):
        element.decompose()
    answers = [answer(fold.extract()) for fold in question.select("details")]
    rest = [f"~#{content(e.extract())}" for e in question.select(".otherwise")]
    kind = "#" * len(rest)  # of a number
    text = "\n\t".join([f"{content(question)}{{{kind}", *answers, *rest])
    return f"::{name.translate(ESCAPES)}::[html]{text}\n}}"


def answer(fold: Tag) -> str:
    """Return an option, or a number that is expected, with its reason."""
    option = content(select_one(fold, "summary").extract())
    sign = "=" if "right" in fold["class"] else "~"
    if number := str(fold.get("data-value", "")):
        decimals = number.partition(".")[2]  # to which questions.js compares
        tolerance = f"0.{'0' * len(decimals)}51" if decimals else "0"
        sign, option = sign.replace("~", "=%0%"), f"{number}:{tolerance}"
    return f"{sign}{option}#{content(fold)}"


def content(element: Tag) -> str:
    """Return the HTML in an element, escaped."""
    return bare_html(element).translate(ESCAPES)
