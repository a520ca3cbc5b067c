"""Solutions of exercises, put at the end of their page for the print.

On the site each is folded below its exercise. On paper nothing folds, and
who turns to an exercise should not read its solution.
"""

import re
from copy import copy

from bs4 import Tag

from chapter.theme.markup import one, parse

END = """\
<section id="{place}">\
<h2>Solutions to the exercises of this chapter</h2></section>"""
PLACE = "solutions-to-exercises"
SOLUTION = """\
<section id="{place}"><h3></h3>{pointer}</section>"""
POINTER = """<p class="aside"><a href="#{}">{}</a></p>"""
LEVEL = re.compile(r" – [^–)]*(?=\)\s*$)")  # and the time that it takes


def gather(content: Tag) -> None:
    """Move all solutions to the end, and link them with their exercises."""
    folded = content.select("details.solution")
    if folded:
        end = element(END.format(place=PLACE))
        end.extend([solution(details) for details in folded])
        one(content, "section").append(end)


def solution(details: Tag) -> Tag:
    """Return what a folded solution becomes; let its exercise lead to it."""
    exercise = details.find_previous(class_="exercise")
    if not isinstance(exercise, Tag):
        raise LookupError(f"no exercise before {str(details)[:70]}")
    place = f"solution-{exercise['id']}"
    exercise.append(element(POINTER.format(place, "Solution")))
    pointer = POINTER.format(exercise["id"], "Exercise")
    section = element(SOLUTION.format(place=place, pointer=pointer))
    name_after(one(section, "h3"), one(exercise, ".admonition-title"))
    one(details, "summary").decompose()
    section.extend(list(details.contents))
    details.decompose()
    return section


def name_after(heading: Tag, title: Tag) -> None:
    """Give a heading the title of an exercise, but for its level."""
    heading.extend(list(copy(title).contents))
    last = heading.contents[-1]
    last.replace_with(LEVEL.sub("", str(last)))


def element(html: str) -> Tag:
    """Return the one element of some markup."""
    return one(parse(html), "*").extract()
