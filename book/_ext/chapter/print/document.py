"""All pages as one document, to be printed as a book.

It has a title page and contents, and then the articles of the pages. What
was folded is open, and solutions stand at the end of their page. A link to
another page leads to its place in the document.
"""

import html
from copy import copy
from pathlib import Path
from posixpath import normpath

from bs4 import Tag
from sphinx.application import Sphinx

from chapter.print import solutions
from chapter.theme.markup import one, parse

STYLE = Path(__file__).with_name("print.css")
UNSEEN = (
    ".headerlink, .viewcode-link, .toctree-wrapper, .sd-octicon,"
    " .trace, picture > source, script, template, dialog, [popover]"
)
DOCUMENT = """\
<!DOCTYPE html>
<html lang="{lang}" data-theme="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{sheets}
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
ENTRY = '<li class="{level}"><a href="#{place}">{heading}</a></li>'
LEVELS = {"h1": "chapter", "h2": "part"}


def in_order(app: Sphinx) -> list[str]:
    """Return the names of all pages, as the contents have them."""
    return list(app.env.collect_relations())


def article(site: Path, name: str, names: list[str]) -> Tag:
    """Return what a page has to print, its links made for the whole."""
    page = parse(site.joinpath(f"{name}.html").read_text("utf-8"))
    content = one(page, "article.bd-article")
    for unseen in content.select(UNSEEN):
        unseen.decompose()
    speak_formulas(content)
    solutions.gather(content)
    for folded in content.select("details"):
        folded["open"] = ""
    for image in content.select("img"):
        image["src"] = in_site(name, str(image["src"]))
        del image["loading"]
    for link in content.select("a[href]"):
        lead(link, name, names)
    for element in content.select("[id]"):
        element["id"] = place(name, str(element["id"]))
    for section in content.select("section:has(> :is(h1, h2, h3))"):
        heading = one(section, ":scope > :is(h1, h2, h3)")
        heading["id"] = section.attrs.pop("id")  # it may be overleaf
    content["id"] = place(name)
    return content


def place(name: str, fragment: str = "") -> str:
    """Return what a place of a page is called in the whole."""
    return "--".join(filter(None, [name.replace("/", "-"), fragment]))


def beside(name: str, address: str) -> str:
    """Return a relative address on a page as one from the site's root."""
    return normpath(f"{name}/../{address}")


def in_site(name: str, address: str) -> str:
    """Return a relative address on a page as one from the document."""
    return f"../html/{beside(name, address)}"


def speak_formulas(content: Tag) -> None:
    """Give formulas their source as a text to be read aloud.

    In a PDF, nothing reads MathML.
    """
    for formula in content.select("math"):
        formula["role"] = "img"
        formula["aria-label"] = formula["alttext"]


def lead(link: Tag, name: str, names: list[str]) -> None:
    """Let a link lead to its place in the whole, or out, or nowhere."""
    address, _, fragment = str(link["href"]).partition("#")
    if ":" in address:
        return
    target = beside(name, address).removesuffix(".html") if address else name
    if target in names:
        link["href"] = f"#{place(target, fragment)}"
    else:
        link.unwrap()


def entry(heading: Tag) -> str:
    """Return a line of the contents."""
    heading = copy(heading)
    for link in heading.select("a"):
        link.unwrap()
    return ENTRY.format(
        level=LEVELS[heading.name],
        place=heading["id"],
        heading=heading.decode_contents(),
    )


def sheets(site: Path, name: str) -> str:
    """Return the links to the stylesheets that a page has."""
    page = parse(site.joinpath(f"{name}.html").read_text("utf-8"))
    links = page.select("head > link[rel=stylesheet]")
    for link in links:
        link["href"] = in_site(name, str(link["href"]))
    return "\n".join(map(str, links))


def document(app: Sphinx) -> str:
    """Return the whole."""
    site, names = Path(app.outdir), in_order(app)
    articles = [article(site, name, names) for name in names]
    headings = [
        heading
        for content in articles
        for heading in content.select("section > :is(h1, h2)")
    ]
    return DOCUMENT.format(
        lang=app.config.language,
        title=html.escape(app.config.html_title),
        author=html.escape(app.config.author),
        sheets=sheets(site, names[0]),
        style=STYLE.read_text("utf-8"),
        contents="".join(map(entry, headings)),
        articles="".join(map(str, articles)),
    )
