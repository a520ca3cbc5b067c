"""The contents of a page say how long its sections take to read."""

from bs4 import Tag


def note_minutes(page: Tag, minutes: dict[str, int]) -> None:
    """Say in the contents of a page how long its sections take to read."""
    for link in page.select("#pst-page-toc-nav a"):
        if count := minutes.get(str(link["href"]).removeprefix("#")):
            said = Tag(name="span", attrs={"class": "minutes"})
            said.string = f"{count} min"
            link.extend([" ", said])
