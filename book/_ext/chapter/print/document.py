"""All pages as one document, to be printed as a book.

It has a title page and contents, and then the articles of the pages. What
was folded is open, solutions stand at the end of their page, and what only
works on a screen is gone. A link to another page leads to its place in the
document, and names the page of the print.
"""

import html
import json
from copy import copy
from pathlib import Path
from posixpath import normpath

from bs4 import Tag
from sphinx.application import Sphinx

from chapter.page.markup import one, parse
from chapter.print import references, solutions, typeface

STYLE = Path(__file__).with_name("print.css")
SCRIPT = "_static/print.js"  # of the site
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
<link rel="stylesheet" href="../html/_static/style.css">
<style>{style}</style>
</head>
<body class="book">
<div class="cover">
<p class="title">{title}</p>
<p class="author">{author}</p>
<p class="note">{note}</p>
</div>
<nav class="entries"><h1>Contents</h1><ol>{contents}</ol></nav>
<main class="bd-content">{articles}</main>
<script>{script}</script>
</body>
</html>
"""
NOTE = """\
A character-level recurrent neural network, written from scratch in PyTorch
and trained on H. G. Wells’ <i>The Time Machine</i>. This book is printed
from the pages of a site, on which the code can be run. Solutions of exercises
stand at the end of each chapter. The answers by which you check yourself are
open: cover them while you read."""
ENTRY = """\
<li class="{level}"><a href="#{place}"><span>{heading}</span>\
<span class="number">{number}</span></a></li>"""
LEVELS = {"h1": "chapter", "h2": "part"}
FOOT = "@page {name} {{ @bottom-left {{ content: {text}; }} }}"


def in_order(app: Sphinx) -> list[str]:
    """Return the names of all pages, as the contents have them."""
    return list(app.env.collect_relations())


def articles(app: Sphinx) -> list[Tag]:
    """Return what all pages have to print."""
    names = in_order(app)
    return [article(Path(app.outdir), name, names) for name in names]


def article(site: Path, name: str, names: list[str]) -> Tag:
    """Return what a page has to print, its links made for the whole."""
    page = parse(site.joinpath(f"{name}.html").read_text("utf-8"))
    content = one(page, "article.bd-article")
    for unseen in content.select(UNSEEN):
        unseen.decompose()
    for word in content.select("code > .pre"):  # to lay out these takes time
        word.unwrap()
    speak_formulas(content)
    solutions.gather(content)
    unfold(content)
    free_from_buttons(content)
    for image in content.select("img"):
        image["src"] = "../html/" + beside(name, str(image["src"]))
        del image["loading"]
    for link in content.select("a[href]"):
        lead(link, name, names)
    for element in content.select("[id]"):
        element["id"] = place(name, str(element["id"]))
    for section in content.select("section:has(> :is(h1, h2, h3))"):
        heading = one(section, ":scope > :is(h1, h2, h3)")
        heading["id"] = section.attrs.pop("id")  # it may be overleaf
    references.mark(content)
    content["id"], content["style"] = place(name), f"page: {place(name)}"
    return content


def place(name: str, fragment: str = "") -> str:
    """Return what a place of a page is called in the whole."""
    return "--".join(filter(None, [name.replace("/", "-"), fragment]))


def beside(name: str, address: str) -> str:
    """Return a relative address on a page as one from the site's root."""
    return normpath(f"{name}/../{address}")


def unfold(content: Tag) -> None:
    """Open what is folded, and mark what was a solution or an answer."""
    for folded in content.select("details"):
        summary = one(folded, "summary")
        if "hide" in folded["class"]:  # code, which needs no title
            summary.decompose()
            folded.unwrap()
        else:
            folded.name = summary.name = "div"
            folded["class"], summary["class"] = "answer", "question"


def speak_formulas(content: Tag) -> None:
    """Give formulas their source as a text to be read aloud.

    In a PDF, nothing reads MathML.
    """
    for formula in content.select("math"):
        formula["role"] = "img"
        formula["aria-label"] = formula["alttext"]


def free_from_buttons(content: Tag) -> None:
    """Leave of buttons what there is to see: the head of a column, a figure.

    Others say what a click does.
    """
    for button in content.select("button"):
        is_seen = button.select_one("img") or button.find_parent("th")
        button.unwrap() if is_seen else button.decompose()


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


def entry(heading: Tag, numbers: dict[str, int]) -> str:
    """Return a line of the contents."""
    heading = copy(heading)
    for link in heading.select("a"):
        link.unwrap()
    return ENTRY.format(
        level=LEVELS[heading.name],
        place=heading["id"],
        heading=heading.decode_contents(),
        number=numbers.get(str(heading["id"]), ""),
    )


def style(app: Sphinx, contents: list[Tag]) -> str:
    """Return the style of the print, with each page's title at its foot."""
    fonts = Path(app.srcdir, "book", "_static", "fonts")
    made = Path(app.outdir).parent / "print" / "fonts"
    titles = {c["id"]: one(c, "h1").get_text().strip() for c in contents}
    feet = [FOOT.format(name=n, text=json.dumps(t)) for n, t in titles.items()]
    faces = typeface.faces(fonts, made)
    return "\n".join([faces, STYLE.read_text("utf-8"), *feet])


def document(app: Sphinx, contents: list[Tag], numbers: dict[str, int]) -> str:
    """Return the whole, with the numbers of pages that are known."""
    entries = [
        entry(heading, numbers)
        for content in contents
        for heading in content.select("section > :is(h1, h2)")
    ]
    return DOCUMENT.format(
        lang=app.config.language,
        title=html.escape(app.config.html_title),
        author=html.escape(app.config.author),
        note=NOTE,
        style=style(app, contents),
        contents="".join(entries),
        articles=references.fill("".join(map(str, contents)), numbers),
        script=Path(app.outdir, SCRIPT).read_text("utf-8"),
    )
