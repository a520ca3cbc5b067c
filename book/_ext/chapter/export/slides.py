"""Slides of what has the class ``slide`` on pages, and of their recaps."""

import re
from base64 import b64encode
from mimetypes import guess_type
from pathlib import Path

from jinja2 import Template
from sphinx.application import Sphinx

from bookkit.files import keep_text
from chapter.export.handouts import PLACE
from chapter.markup import parse_element, select_one

SLIDES = f"{PLACE}/slides.htm"  # in the site, but none of its .html pages
SECTION = re.compile("<section .*?(?=<section|</section>)", re.S)
IS_MARKED = re.compile(r'class="[^"]*\bslide\b')
MARKED = ":scope > .slide, #recap > p:first-of-type"
LEFT_OUT = ".equation-link, script"
DROPPED = r'<a class="headerlink.*?</a>|</?a\b[^>]*>| loading="lazy"'
FILE = r'(?<=")(?:fonts|\.\./_images)/[^"]+'  # seen from _static
SLIDE = '<section>{}<small><a href="{}">{}</a></small></section>\n'


def write(app: Sphinx) -> None:
    """Write one file that reveal.js shows offline, if there are slides."""
    here, static = Path(__file__).parent, Path(app.outdir, "_static")

    def embed(file: re.Match[str]) -> str:
        data = b64encode((static / file[0]).read_bytes()).decode()
        return f"data:{guess_type(file[0])[0]};base64,{data}"

    deck = Template(here.joinpath("slides.html").read_text("utf-8"))
    slides = [slides_of(app, page) for page in app.env.collect_relations()]
    if any(slides):
        text = deck.render(app=app, here=here, static=static, slides=slides)
        keep_text(Path(app.outdir, SLIDES), re.sub(FILE, embed, text))


def slides_of(app: Sphinx, page: str) -> str:
    """Return the slides of a page as HTML.

    To be quick, this parses only the sections that have slides.
    """
    text = Path(app.outdir, f"{page}.html").read_text("utf-8")
    if not IS_MARKED.search(text):
        return ""
    link = f"{app.config.ogp_site_url or '../../'}{page}.html"
    title = app.config.external_site_map[page].title
    title = title or app.env.titles[page].astext()
    opening = f"<h2>{app.config.html_title}</h2><h1>{title}</h1>"
    slides = SLIDE.format(opening, link, title)
    for html in SECTION.findall(text):
        if IS_MARKED.search(html) or 'id="recap"' in html:
            section = parse_element(html)
            heading = select_one(section, "h1, h2, h3").decode_contents()
            for element in section.select(MARKED):
                for part in element.select(LEFT_OUT):
                    part.decompose()
                body = re.sub(DROPPED, "", f"<h2>{heading}</h2>{element}")
                address = f"{link}#{section['id']}"
                slides += SLIDE.format(body, address, title)
    return slides
