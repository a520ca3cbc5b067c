"""Slides of the lecture: of each step its point, and what the step shows."""

import re
from base64 import b64encode
from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path

from bs4 import Tag
from jinja2 import Template
from sphinx.application import Sphinx

from bookkit.files import keep_text
from chapter.export.handouts import PLACE
from chapter.markup import parse, parse_element, select_one

SLIDES = f"{PLACE}/slides.htm"  # in the site, but none of its .html pages
PAGE = "book/teach.html"
STEPS = "#a-lecture-of-90-minutes > section"
SHOWN = re.compile("(.*)#((?:ask|fig|equation)-.*)")  # by a link of a step
SECTION = re.compile("<section .*?(?=<section|</section>)", re.S)
LEFT_OUT = ".equation-link, script, form, legend, details.hide, [hidden]"
DROPPED = r'<a class="headerlink.*?</a>|</?a\b[^>]*>| loading="lazy"'
FILE = r'(?<=")(?:fonts|\.\./_images)/[^"]+'  # seen from _static
SLIDE = '<section>{}<small><a href="{}">{}</a></small></section>\n'


def write(app: Sphinx) -> None:
    """Write one file that reveal.js shows offline, if there is a lecture."""
    here, static = Path(__file__).parent, Path(app.outdir, "_static")

    def embed(file: re.Match[str]) -> str:
        data = b64encode((static / file[0]).read_bytes()).decode()
        return f"data:{guess_type(file[0])[0]};base64,{data}"

    page = Path(app.outdir, PAGE)
    if page.exists():
        deck = Template(here.joinpath("slides.html").read_text("utf-8"))
        steps = parse(page.read_text("utf-8")).select(STEPS)
        slides = [slide for step in steps for slide in slides_of(app, step)]
        text = deck.render(app=app, here=here, static=static, slides=slides)
        keep_text(Path(app.outdir, SLIDES), re.sub(FILE, embed, text))


def slides_of(app: Sphinx, step: Tag) -> Iterator[str]:
    """Return slides of a step: its point, then what its links lead to.

    A formula has the point above it.
    """
    site = app.config.ogp_site_url or "../../"
    title = select_one(step, "h3").get_text().partition(" (")[0]
    point = select_one(step, "strong").get_text()
    opening = f"<h2>{title}</h2><h1>{point}</h1>"
    yield SLIDE.format(opening, f"{site}{PAGE}#{step['id']}", "The lecture")
    for link in step.select("a[href]"):
        if found := SHOWN.fullmatch(str(link["href"])):
            file, place = found.groups()
            shown = find(Path(app.outdir, PAGE).parent / file, place)
            said = f"<p>{point}</p>" if "math" in shown["class"] else ""
            body = re.sub(DROPPED, "", f"<h2>{title}</h2>{said}{shown}")
            address = f"{site}book/{file}#{place}"
            yield SLIDE.format(body, address, link.get_text())


def find(page: Path, place: str) -> Tag:
    """Return an element of a page as a slide shows it.

    To be quick, this parses only the section that has it.
    """
    sections = SECTION.findall(page.read_text("utf-8"))
    (section,) = [html for html in sections if f'id="{place}"' in html]
    element = select_one(parse_element(section), f"#{place}")
    for part in element.select(LEFT_OUT):
        part.decompose()
    for answer in element.select(".question details"):
        answer["name"] = place  # only the last that was opened is open
    for answer in element.select(".typed .right > summary"):
        answer.string = "Show the answer"
    return element
