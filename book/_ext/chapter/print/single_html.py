"""All pages as one HTML document, to be printed as a book.

It has a title page, contents, and the articles of all pages. What was folded
is open, and solutions stand at the end of their page. A link to another page
leads to its place in the document.
"""

import html
from copy import copy
from pathlib import Path
from posixpath import normpath

from bs4 import Tag
from sphinx.application import Sphinx

from chapter.markup import parse, select_one
from chapter.print import questions, solutions

STYLE = Path(__file__).with_name("print.css")
NOT_PRINTED = (
    ".headerlink, .viewcode-link, .toctree-wrapper, .equation-link, svg,"
    " picture > source, script, template, dialog, [popover], .imports,"
    # The code of figures and tables
    " .cell_output:has(figure, table) + details,"
    " details:has(figure, table) > .cell_input"
)
DOCUMENT = """\
<!DOCTYPE html>
<html lang="{lang}" data-theme="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link href="{site}/_static/style.css" rel="stylesheet">
<style>{style}</style>
</head>
<body class="book">
<div class="cover">
<p class="title">{title}</p>
<p class="author">{author}</p>
</div>
<nav class="entries"><h1>Contents</h1><ol>{contents}</ol></nav>
<main class="bd-content">{articles}</main>
</body>
</html>
"""
ENTRY = '<li class="{level}"><a href="#{anchor}">{heading}</a></li>'
LEVELS = {"h1": "chapter", "h2": "part"}


def printed_article(site: Path, name: str, names: list[str]) -> Tag:
    """Return the article of a page, changed for the printed document."""
    page = parse(site.joinpath(f"{name}.html").read_text("utf-8"))
    article = select_one(page, "article.bd-article")
    for element in article.select(NOT_PRINTED):
        element.decompose()
    for formula in article.select("math"):  # a PDF cannot hold MathML
        formula["role"], formula["aria-label"] = "img", formula["alttext"]
    questions.put_answers_at_end(article)
    solutions.move_to_end(article)
    for folded in article.select("details"):
        folded["open"] = ""
    for image in article.select("img"):
        image["src"] = f"{site.as_uri()}/{resolve(name, str(image['src']))}"
        del image["loading"]
    for link in article.select("a[href]"):
        redirect(link, name, names)
    for element in article.select("[id]"):
        element["id"] = anchor(name, str(element["id"]))
    for section in article.select("section:has(> :is(h1, h2, h3))"):
        heading = select_one(section, ":scope > :is(h1, h2, h3)")
        heading["id"] = section.attrs.pop("id")  # it may be overleaf
    article["id"] = anchor(name)
    return article


def anchor(name: str, fragment: str = "") -> str:
    """Return the id in the document for a page, or a part of it."""
    return "--".join(filter(None, [name.replace("/", "-"), fragment]))


def resolve(name: str, address: str) -> str:
    """Return a relative address on a page as one from the site's root."""
    return normpath(f"{name}/../{address}")


def redirect(link: Tag, name: str, names: list[str]) -> None:
    """Make a link to a page lead into the document, and unlink others."""
    address, _, fragment = str(link["href"]).partition("#")
    if ":" in address:  # out of the site
        return
    if "=" in fragment:  # the settings of a widget
        fragment = ""
    page = resolve(name, address).removesuffix(".html") if address else name
    if page in names:
        link["href"] = f"#{anchor(page, fragment)}"
    else:
        link.unwrap()


def contents_entry(heading: Tag) -> str:
    """Return the line of the contents for a heading."""
    heading = copy(heading)
    for link in heading.select("a"):
        link.unwrap()
    return ENTRY.format(
        level=LEVELS[heading.name],
        anchor=heading["id"],
        heading=heading.decode_contents(),
    )


def build_document(app: Sphinx) -> str:
    """Return the document as HTML, without pages that say ``print: false``."""
    site, metadata = Path(app.outdir), app.env.metadata
    pages = app.env.collect_relations()
    names = [n for n in pages if metadata[n].get("print") != "False"]
    articles = [printed_article(site, name, names) for name in names]
    headings = [
        heading
        for article in articles
        for heading in article.select("section > :is(h1, h2)")
    ]
    return DOCUMENT.format(
        lang=app.config.language,
        site=site.as_uri(),
        title=html.escape(app.config.html_title),
        author=html.escape(app.config.author),
        style=STYLE.read_text("utf-8"),
        contents="".join(map(contents_entry, headings)),
        articles="".join(map(str, articles)),
    )
