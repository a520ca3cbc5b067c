"""Patches of the theme's HTML that make pages light, valid and accessible.

The theme loads what no page uses, lets scripts hold up the page, and makes
mistakes that the HTML and accessibility checkers name. Each patch fixes one
of these, and names the checker's rule where there is one. A patch that finds
nothing does nothing.
"""

import re
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from chapter import state
from chapter.markup import parse_element, select_one

# Scripts for icons that a font draws, for cells that run in a page, for folds
# and tabs that no page has, with their options.
UNUSED_SCRIPTS = (
    r"fontawesome\.js|thebe|THEBE|kernelName|DOCUMENTATION_OPTIONS\."
    r"|toggle(?:button|Hint|Open)|design-tabs\.js"
)
SEARCH_SCRIPTS = (
    r"searchtools\.js|language_data\.js|searchindex\.js|sphinx_highlight\.js"
)

LISTING = re.compile(
    r"(<div class=\"highlight-(?:i?python3?|default)[^>]*>"
    r"<div class=\"highlight\"><pre>)(?:<span></span>)?(.*?)(?=</pre>)",
    re.S,
)
COMMENT = r"<span class=\"c1"
LINE = re.compile(
    rf"(?:<(?!{COMMENT[1:]})[^>]*>)*( *)({COMMENT})?.*?\n(?:</span>)?", re.S
)
IMPORTS = """\
<details class="fold imports"><summary>The imports of this page</summary>\
</details>"""
HEAD_SCRIPT = Path(__file__).with_name("head.js").read_text("utf-8")


def say_once(title: Tag) -> None:
    """Leave out the title of the book where it is that of the page."""
    title.string = " — ".join(dict.fromkeys(title.text.split(" — ")))


def name_in_letters(formula: Tag) -> str:
    """Return the name of a formula, for what is all formula."""
    plain = r"\\(?:math\w+|boldsymbol|text)|[\\{}]"
    return re.sub(plain, "", str(formula["alttext"]))


def name_symbol(link: Tag) -> None:
    """Give a link that is all formula a name in letters (link-name)."""
    if formula := link.select_one("math"):
        link["title"] = f"{name_in_letters(formula)}, in the notation"


def name_option(summary: Tag) -> None:
    """Give an option that is all formula a name too (summary-name)."""
    formula = select_one(summary, "math")
    if formula.get_text(strip=True) == summary.get_text(strip=True):
        summary["title"] = name_in_letters(formula)


def fold_solution(solution: Tag) -> None:
    """Make a solution unfold without a script.

    That of sphinx-togglebutton would move the page as it loads.
    """
    title = select_one(solution, ".admonition-title")
    title.name, title.attrs = "summary", {}
    solution.name, solution["class"] = "details", "solution"


def fold_section(section: Tag) -> None:
    """Fold what a first reading may skip, or has to find out, or a table.

    The heading stays, and the first sentence, which says for whom it is, or
    when to unfold it.
    """
    fold = Tag(name="details", attrs={"class": "fold"})
    summary = select_one(section, ":scope > p")
    rest = list(summary.next_siblings)
    summary.name = "summary"
    summary.wrap(fold)
    fold.extend(rest)


def move_imports(article: Tag) -> None:
    """Move what a page imports to its end, folded."""
    fold = parse_element(IMPORTS)
    for code in article.select(".tag_imports > .cell_input"):
        fold.append(code)
        code.unwrap()
    select_one(article, "section").append(fold)


def move_above_code(output: Tag) -> None:
    """Move a figure, with its caption, or a table above its folded code."""
    fold = output.find_previous_sibling("details")
    assert fold is not None  # as selected
    fold.insert_before(output)


def move_scripts(cell: Tag) -> None:
    """Move what moves a figure, from the cell after it, into the figure."""
    figure = cell.find_previous("figure")
    assert isinstance(figure, Tag)  # a figure that moves has a caption
    select_one(figure, "figcaption").insert_before(*cell.select("script"))
    cell.decompose()


def hold_punctuation(formula: Tag) -> None:
    """Move the comma after a formula to it, where no line can break."""
    text = formula.next_sibling
    if text and (found := re.match(r"[.,;:!?)]+", str(text))):
        formula.append(found[0])
        text.replace_with(str(text)[found.end() :])


PATCHES: list[tuple[str, Callable[[Tag], object]]] = [
    # Scripts wait for the text.
    ("script[src]", lambda script: script.attrs.update(defer="")),
    ("head > title", say_once),
    # Without a script that sets colours, the theme has none.
    ("html[data-theme]",
     lambda html: html.attrs.update({"data-theme": "light"})),
    # What is seen on a control is its name (label-content-name-mismatch).
    ("summary[aria-label], .search-button-field",
     lambda control: control.attrs.pop("aria-label", None)),
    ("a[href*='#sym-']", name_symbol),
    ("summary:has(math)", name_option),
    ("span.math", hold_punctuation),
    # The sidebar is a landmark (region).
    ("#pst-primary-sidebar",
     lambda sidebar: sidebar.attrs.update(
         {"role": "complementary", "aria-label": "Book"})),
    # The bibliography uses current roles (aria-required-children).
    ("[role=doc-biblioentry]", lambda it: it.attrs.update(role="listitem")),
    # The contents of all exercises have the same id.
    ("#exercise-content, #solution-content", Tag.unwrap),
    ("div.solution", fold_solution),
    ("section:is(.second-reading, .covered), .exercises", fold_section),
    ("article:has(.tag_imports)", move_imports),
    ("details + .cell_output:has(figure, table, .network-widget)",
     move_above_code),
    ("div.tag_moving", move_scripts),
    # HTML allows only inline elements there.
    ("summary > p, pre div", lambda it: setattr(it, "name", "span")),
    # An annotated listing is prose, in notebooks as well.
    ("div.tag_annotated",
     lambda cell: cell.attrs.update({"class": "annotated"})),
]  # fmt: skip


def prepare_listings(html: str) -> str:
    """Make each line of Python an element that knows its indentation.

    So it can hang where it wraps. Names and signs, which have the colour of
    text, are unwrapped. They are half of all elements, so this comes before
    the parsing.
    """
    html = re.sub(r'<span class="[npow]">([^<]*)</span>', r"\1", html)

    def wrap(line: re.Match[str]) -> str:
        name = "line comment" if line[2] else "line"
        start = f'<span class="{name}" style="--indent: {len(line[1])}ch">'
        return f"{start}{line[0]}</span>"

    return LISTING.sub(lambda code: code[1] + LINE.sub(wrap, code[2]), html)


def apply_patches(page: BeautifulSoup) -> None:
    """Apply all patches to a page."""
    for selector, patch in PATCHES:
        for element in page.select(selector):
            patch(element)


def join_stylesheets(page: BeautifulSoup, build: state.Build) -> None:
    """Refer to one stylesheet instead of many; record what it must hold."""
    first, *others = page.select("link[rel=stylesheet]")
    addresses = [str(link["href"]) for link in (first, *others)]
    build.stylesheets = [
        address.split("_static/")[1].split("?")[0] for address in addresses
    ]
    for link in others:
        link.decompose()
    prefix = addresses[0].split("_static/")[0]
    first["href"] = f"{prefix}_static/style.css"
    script = page.new_tag("script")
    script.string = HEAD_SCRIPT
    first.insert_before(script)


def remove_unused_scripts(page: BeautifulSoup, name: str) -> None:
    """Remove scripts that do nothing on a page of this name."""
    unused = UNUSED_SCRIPTS
    if name != "search":
        unused += f"|{SEARCH_SCRIPTS}"
    for script in page.select("script"):
        if re.search(unused, str(script)):
            script.decompose()
