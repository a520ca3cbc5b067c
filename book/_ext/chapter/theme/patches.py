"""Patches of the theme's HTML that make pages light, valid and accessible.

A comment says what a reader would lose without a patch, or in brackets which
rule a checker would report. A patch that finds nothing does nothing.
"""

import re
from collections.abc import Callable

from bs4 import BeautifulSoup, Tag

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
    r"(<div class=\"highlight-(?:i?python3?|default|text)[^>]*>"
    r"<div class=\"highlight\"><pre>)(?:<span></span>)?(.*?)(?=</pre>)",
    re.S,
)
COMMENT = r"<span class=\"c1"
LINE = re.compile(
    rf"(?:<(?!{COMMENT[1:]})[^>]*>)*( *)({COMMENT})?.*?\n(?:</span>)?", re.S
)
PAGE_CODE = """\
<details class="fold page-code"><summary>The code of this page</summary>\
</details>"""
# What it holds: imports, and what makes tables, checks findings, or is listed
# out of sight; but neither the code of figures nor that of solutions.
BEHIND = """\
.tag_imports > .cell_input,
.tag_hide-input:not(.tag_given, .tag_page-only, :has(figure)) .cell_input,
.tag_hide-output.tag_remove-input .cell_output"""
EXERCISE = re.compile(  # a number, if there is one, a name, and a level
    r'(?:<span class="caption-number">Exercise ([\d.]+) ?</span>|Exercise) '
    r"\((.*) – (.*)\)",
    re.S,
)


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


def fold_plainly(dropdown: Tag) -> None:
    """Give a dropdown the look of the other folds.

    So the stylesheet of sphinx-design is not needed.
    """
    title = select_one(dropdown, ".sd-summary-text").extract()
    summary = select_one(dropdown, "summary")
    summary.clear()
    summary.extend(list(title.contents))
    dropdown["class"], summary.attrs = "fold", {}


def fold_section(section: Tag) -> None:
    """Fold what a first reading may skip, or has to find out.

    The heading stays, and the first sentence, which says for whom it is, or
    when to unfold it.
    """
    fold = Tag(name="details", attrs={"class": "fold"})
    summary = select_one(section, ":scope > p")
    rest = list(summary.next_siblings)
    summary.name = "summary"
    summary.wrap(fold)
    fold.extend(rest)


def gather_code(article: Tag) -> None:
    """Move code that would stand in the way into a fold above the exercises.

    A page without exercises has it at its end.
    """
    fold = parse_element(PAGE_CODE)
    for code in article.select(BEHIND):
        if code.find_parent(class_="solution") is None:
            (cell,) = code.find_parents(class_="cell")
            fold.append(code)
            code.unwrap()
            for details in cell.select("details.hide"):
                details.decompose()
            if not cell.select(".cell_output"):
                cell["hidden"] = ""  # notebooks have a cell in its place
    if exercises := article.select_one("section#exercises"):
        exercises.insert_before(fold)
    else:
        select_one(article, "section").append(fold)


def name_exercise(title: Tag) -> None:
    """Begin the title of an exercise with its number and its name."""
    if found := EXERCISE.fullmatch(title.decode_contents()):
        number, name, level = found.groups()
        stop = "" if name.endswith(("?", "!")) else "."
        level = level[0].upper() + level[1:]
        numbered = f"{number} {name}" if number else name
        html = f"<p>{numbered}{stop} <em>{level}.</em></p>"
        title.clear()
        title.extend(list(parse_element(html).contents))


def move_above_code(output: Tag) -> None:
    """Move a figure, with its caption, above its folded code."""
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
    # Without these, scripts hold up the text.
    ("script[src]", lambda script: script.attrs.update(defer="")),
    ("link[rel=preload][as=script]", Tag.decompose),
    # A browser without scripts would have no colours.
    ("html[data-theme]",
     lambda html: html.attrs.update({"data-theme": "light"})),
    # Who speaks to a control would not find the name that is seen on it
    # (label-content-name-mismatch).
    ("summary[aria-label], .search-button-field",
     lambda control: control.attrs.pop("aria-label", None)),
    # What is all formula would have no name (link-name, summary-name).
    ("a[href*='#sym-']", name_symbol),
    ("summary:has(math)", name_option),
    # A line could begin with a comma.
    ("span.math", hold_punctuation),
    # A screen reader would not find the sidebar (region).
    ("#pst-primary-sidebar",
     lambda sidebar: sidebar.attrs.update(
         {"role": "complementary", "aria-label": "Book"})),
    # The roles in the bibliography are out of use (aria-required-children).
    ("[role=doc-biblioentry]", lambda it: it.attrs.update(role="listitem")),
    # The contents of all exercises have the same id (duplicate ID).
    ("#exercise-content, #solution-content", Tag.unwrap),
    # Readers would see solutions, and what is for a second reading.
    ("div.solution", fold_solution),
    ("details.sd-dropdown", fold_plainly),
    ("section:is(.second-reading, .covered)", fold_section),
    # The word exercise would stand in each title, and the name in brackets.
    (".exercise > .admonition-title", name_exercise),
    # Code would stand in the way: that of the page, and that of figures.
    ("article:has(.tag_imports)", gather_code),
    ("details + .cell_output:has(figure)", move_above_code),
    ("div.tag_moving", move_scripts),
    # HTML allows only inline elements there.
    ("summary > p, pre div", lambda it: setattr(it, "name", "span")),
    # An annotated listing would be missing in notebooks, where it is prose.
    ("div.tag_annotated",
     lambda cell: cell.attrs.update({"class": "annotated"})),
]  # fmt: skip


def prepare_listings(html: str) -> str:
    """Make each line of code an element that knows its indentation.

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


def remove_unused_scripts(page: BeautifulSoup, name: str) -> None:
    """Remove scripts that do nothing on a page of this name."""
    unused = UNUSED_SCRIPTS
    if name != "search":
        unused += f"|{SEARCH_SCRIPTS}"
    for script in page.select("script"):
        if re.search(unused, str(script)):
            script.decompose()
