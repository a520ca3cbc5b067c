"""In print, the solutions of exercises stand at the end of their page.

On the site each is folded below its exercise. Paper does not fold, and a
reader who turns to an exercise should not see its solution.
"""

import re
from copy import copy

from bs4 import Tag

from chapter.markup import parse, select_one

SECTION = """\
<section id="solutions-to-exercises">\
<h2>Solutions to the exercises of this chapter</h2></section>"""
SOLUTION = """\
<section id="{anchor}"><h3></h3>{pointer}</section>"""
POINTER = """<p class="aside"><a href="#{}">{}</a></p>"""
LEVEL = re.compile(r" – [^–)]*(?=\)\s*$)")  # with the minutes


def move_to_end(article: Tag) -> None:
    """Move all solutions to the end, and link them with their exercises."""
    folded = article.select("details.solution")
    if folded:
        section = parse_element(SECTION)
        section.extend([as_section(solution) for solution in folded])
        select_one(article, "section").append(section)


def as_section(solution: Tag) -> Tag:
    """Return a folded solution as a section, linked from its exercise."""
    exercise = solution.find_previous(class_="exercise")
    if not isinstance(exercise, Tag):
        raise LookupError(f"no exercise before {str(solution)[:70]}")
    anchor = f"solution-{exercise['id']}"
    exercise.append(parse_element(POINTER.format(anchor, "Solution")))
    pointer = POINTER.format(exercise["id"], "Exercise")
    section = parse_element(SOLUTION.format(anchor=anchor, pointer=pointer))
    copy_title(
        select_one(exercise, ".admonition-title"), select_one(section, "h3")
    )
    select_one(solution, "summary").decompose()
    section.extend(list(solution.contents))
    solution.decompose()
    return section


def copy_title(title: Tag, heading: Tag) -> None:
    """Copy the title of an exercise, without its level, to a heading."""
    heading.extend(list(copy(title).contents))
    last = heading.contents[-1]
    last.replace_with(LEVEL.sub("", str(last)))


def parse_element(html: str) -> Tag:
    """Return the only element of some HTML."""
    return select_one(parse(html), "*").extract()
