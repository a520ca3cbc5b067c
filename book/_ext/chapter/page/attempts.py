"""Below each exercise that asks for code, a fold to try it in.

It holds the stub and the check of ``stubs``, and is complete as it stands,
without a script or a network. Where the page can be live, ``live.js`` makes
editors of the two.
"""

from copy import copy
from html import escape

from bs4 import BeautifulSoup, Tag
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from chapter.page import stubs
from chapter.page.markup import one, parse

FOLD = """\
<details class="attempt"><summary>Try it here</summary>
<p>Write your answer where a comment asks for it.</p>
<div class="trial stub">{stub}</div>
<p>The check looks at {names}. If all is as it should be, it prints
<q>The check passes.</q>; otherwise it stops, and names the line that
fails.{findings} You can also copy both into the
<a href="{notebook}">notebook</a> of this page, and run them below the cells
that come before.</p>
<div class="trial check">{check}</div></details>"""
FINDINGS = """ A finding need not hold after every training: where it does not,
a note says so."""
UNFIT = """\
the check of %s looks at nothing that its solution names: give the tag "check"
to the cells of the solution that check"""
CODE = ".cell_input"

logger = logging.getLogger(__name__)


def add(page: BeautifulSoup, builder: Builder, name: str) -> None:
    """Put a fold below each exercise of a page whose solution has code."""
    for solution in page.select(f"div.exercise + div.solution:has({CODE})"):
        exercise = solution.find_previous_sibling("div")
        assert isinstance(exercise, Tag)  # as the selector says
        attempt = stubs.split(
            [
                (
                    one(cell, f"{CODE} pre").get_text(),
                    "tag_check" in cell["class"],
                )
                for cell in solution.select(f".cell:has({CODE})")
            ],
            [block.get_text() for block in exercise.select("pre")],
        )
        if not attempt.names:
            logger.warning(UNFIT, exercise["id"], location=name)
        folded = fold(page, attempt, builder)
        link_comments(folded, solution)
        exercise.insert_after(folded)


def fold(page: BeautifulSoup, attempt: stubs.Attempt, builder: Builder) -> Tag:
    """Return the fold that holds an attempt."""
    notebook = one(page, ".dropdown-download-buttons a[href$='.ipynb']")
    names = [f"<code>{escape(name)}</code>" for name in attempt.names]
    html = FOLD.format(
        stub=highlighted(attempt.stub, builder),
        check=highlighted(attempt.check, builder),
        names=" and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])),
        findings=FINDINGS if "finding(" in attempt.check else "",
        notebook=notebook["href"],
    )
    return one(parse(html), "details").extract()


def highlighted(code: str, builder: Builder) -> str:
    """Return code as a page shows it."""
    assert isinstance(builder, StandaloneHTMLBuilder)  # as it writes pages
    html = builder.highlighter.highlight_block(code, "ipython3")
    return f'<div class="highlight-ipython3 notranslate">{html}</div>'


def link_comments(folded: Tag, solution: Tag) -> None:
    """Let comments that name an equation lead to it, as in the solution."""
    linked = {
        comment.get_text(): comment
        for comment in solution.select(".c1:has(a)")
    }
    for comment in folded.select(".c1"):
        if original := linked.get(comment.get_text()):
            comment.replace_with(copy(original))
