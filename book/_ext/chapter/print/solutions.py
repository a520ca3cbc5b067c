"""In print, the solutions of exercises stand at the end of their page.

On the site each is folded below its exercise. Paper does not fold, and a
reader who turns to an exercise should not see its solution.
"""

import re
from copy import copy

from bs4 import Tag

from chapter.markup import parse_element, select_one

SECTION = """\
<section id="solutions-to-exercises">\
<h2>Solutions to the exercises of this chapter</h2></section>"""
POINTER = """\
<p class="aside"><a href="#{}">The solution is at the end of this chapter.</a>\
</p>"""
LEVEL = re.compile(r" – [^–)]*(?=\)\s*$)")  # with the minutes


def move_to_end(article: Tag) -> None:
    """Move all solutions to the end, and link them with their exercises."""
    folded = article.select("details.solution")
    if folded:
        section = parse_element(SECTION)
        section.extend([as_section(solution) for solution in folded])
        select_one(article, "section").append(section)


def as_section(solution: Tag) -> Tag:
    """Return a folded solution as a section, linked from its exercise.

    It has the title of the exercise, without its level.
    """
    exercise = solution.find_previous(class_="exercise")
    assert isinstance(exercise, Tag)  # solutions follow their exercises
    anchor = f"solution-{exercise['id']}"
    heading = copy(select_one(exercise, ".admonition-title"))
    heading.name, heading.attrs = "a", {"href": f"#{exercise['id']}"}
    last = heading.contents[-1]
    last.replace_with(LEVEL.sub("", str(last)))
    exercise.append(parse_element(POINTER.format(anchor)))
    select_one(solution, "summary").replace_with(heading)
    heading.wrap(Tag(name="h3"))
    solution.name, solution.attrs = "section", {"id": anchor}
    return solution.extract()
