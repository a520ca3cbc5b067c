"""Slides of what has the class ``slide`` on pages, and of their recaps."""

import re
from base64 import b64encode
from mimetypes import guess_type
from pathlib import Path

from jinja2 import Template
from sphinx.application import Sphinx

from chapter.execution.outputs import is_up_to_date
from chapter.export.handouts import PLACE
from chapter.markup import parse, select_one
from chapter.print import pdf, single_html

SLIDES = f"{PLACE}/slides.htm"  # in the site, but none of its .html pages
MARKED = "section > .slide, #recap > p:first-of-type"
DROPPED = r'<a class="headerlink.*?</a>|</?a\b[^>]*>| loading="lazy"'
FILE = r'(?<=")(?:fonts|\.\./_images)/[^"]+'  # seen from _static
SLIDE = '<section>{}<small><a href="{}">{}</a></small></section>\n'


def write(app: Sphinx) -> None:
    """Write one file that reveal.js shows offline, unless it is up to date."""
    target = Path(app.outdir, SLIDES)
    if all(is_up_to_date(target, file) for file in pdf.find_sources(app)):
        return
    here, static = Path(__file__).parent, Path(app.outdir, "_static")

    def embed(file: re.Match[str]) -> str:
        data = b64encode((static / file[0]).read_bytes()).decode()
        return f"data:{guess_type(file[0])[0]};base64,{data}"

    deck = Template(here.joinpath("slides.html").read_text("utf-8"))
    slides = [slides_of(app, page) for page in app.env.collect_relations()]
    if any(slides):
        text = deck.render(app=app, here=here, static=static, slides=slides)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(FILE, embed, text), "utf-8")


def slides_of(app: Sphinx, page: str) -> str:
    """Return the slides of a page as HTML."""
    text = Path(app.outdir, f"{page}.html").read_text("utf-8")
    if not re.search(r'class="[^"]*\bslide\b', text):
        return ""
    link = f"{app.config.ogp_site_url or '../../'}{page}.html"
    title = app.config.external_site_map[page].title
    title = title or app.env.titles[page].astext()
    opening = f"<h2>{app.config.html_title}</h2><h1>{title}</h1>"
    slides = SLIDE.format(opening, link, title)
    for element in select_one(parse(text), "article").select(MARKED):
        section = next(element.parents)
        heading = select_one(section, "h1, h2, h3").decode_contents()
        for part in element.select(single_html.NOT_PRINTED):
            part.decompose()
        body = re.sub(DROPPED, "", f"<h2>{heading}</h2>{element}")
        slides += SLIDE.format(body, f"{link}#{section['id']}", title)
    return slides
