"""Pages made light, valid and accessible as they are written.

The theme loads what no page uses, lets scripts hold up the page, and makes
mistakes that the HTML and accessibility checkers name. Each mend below is for
one of these, by the checker's rule where there is one. A mend that finds
nothing does nothing.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.ext import viewcode
from sphinx.jinja2glue import BuiltinTemplateLoader

from chapter import state
from chapter.directives import reading_time
from chapter.theme import drawings, lazy, previews
from chapter.theme.markup import one, parse

# Scripts for icons that a font draws, for cells that run in a page, for folds
# and tabs that no page has, with their options. Only the page of the search
# needs those of the search.
UNUSED_SCRIPTS = (
    r"fontawesome\.js|thebe|THEBE|kernelName|DOCUMENTATION_OPTIONS\."
    r"|toggle(?:button|Hint|Open)|design-tabs\.js"
)
SEARCH_SCRIPTS = (
    r"searchtools\.js|language_data\.js|searchindex\.js|sphinx_highlight\.js"
)

# The colours are those that the reader's system prefers before anything is
# drawn, or all would be drawn again when the theme's script has found out.
# The typeface of the text is asked for with the stylesheet, or lines would
# move when it comes. From a disk, a browser refuses that, and says so.
FIRST = """
if (document.documentElement.dataset.mode === "auto") {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
if (location.protocol !== "file:") {
  document.head.append(Object.assign(document.createElement("link"), {
    rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
    href: "%s_static/fonts/literata.woff2",
  }));
}
"""


def put(**attributes: str) -> Callable[[Tag], object]:
    """Return the change that gives an element attributes."""
    return lambda element: element.attrs.update(attributes)


def drop(name: str) -> Callable[[Tag], object]:
    """Return the change that takes an attribute away from an element."""
    return lambda element: element.attrs.pop(name, None)


def rename(name: str) -> Callable[[Tag], object]:
    """Return the change of an element into another kind of element."""
    return lambda element: setattr(element, "name", name)


def name_symbol(link: Tag) -> None:
    """Give a link that is all formula a name in letters (link-name)."""
    if formula := link.select_one("math"):
        plain = r"\\(?:math\w+|boldsymbol|text)|[\\{}]"
        name = re.sub(plain, "", str(formula["alttext"]))
        link["title"] = f"{name}, in the notation"


def fold(solution: Tag) -> None:
    """Make of a solution what opens without a script.

    sphinx-togglebutton needs one, which moves the page as it loads.
    """
    title = one(solution, ".admonition-title")
    title.name, title.attrs = "summary", {}
    solution.name, solution["class"] = "details", "solution"


def join_list(inner: Tag) -> None:
    """Put a list that stands in another one into the item before it."""
    if item := inner.find_previous_sibling("li"):
        item.append(inner)


MENDS: list[tuple[str, Callable[[Tag], object]]] = [
    ("script[src]", put(defer="")),  # scripts wait for the text
    # What is seen on a control is its name (label-content-name-mismatch).
    ("summary[aria-label], .search-button-field", drop("aria-label")),
    ("a[href*='#sym-']", name_symbol),
    # The sidebar is a landmark (region).
    (
        "#pst-primary-sidebar",
        put(**{"role": "complementary", "aria-label": "Book"}),
    ),
    # Roles of the bibliography that are in use (aria-required-children).
    ("[role=doc-biblioentry]", put(role="listitem")),
    # What exercises hold has one id for all, and solutions do not fold.
    ("#exercise-content, #solution-content", Tag.unwrap),
    ("div.solution", fold),
    # Inline elements, where HTML allows no others.
    ("summary > p, pre div", rename("span")),
    # Modules of a package are listed within its own item.
    ("ul > ul", join_list),
    # Names and signs have the colour of text, and are half of all elements.
    (".highlight :is(.n, .p, .o, .w)", Tag.unwrap),
]


class Templates(BuiltinTemplateLoader):
    """Render pages as Sphinx does, then mend them."""

    def init(self, builder: Builder, *args: Any, **options: Any) -> None:
        """Prepare for a build."""
        super().init(builder, *args, **options)
        self.builder = builder

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Return a page, ready to be written."""
        text = super().render(template, context)
        if not text.lstrip().startswith("<!DOCTYPE html>"):
            return text
        build, name = state.of(self.builder.app), context["pagename"]
        build.rendered.add(name)
        page = parse(text)
        site = Path(self.builder.outdir)
        join_stylesheets(page, build)
        trim_scripts(page, name)
        drawings.choose(page, self.builder, name)
        for selector, change in MENDS:
            for element in page.select(selector):
                change(element)
        facts = context.get("meta") or {}
        reading_time.note_minutes(page, facts.get(reading_time.MINUTES, {}))
        lazy.take_out(page, site)
        if name in self.builder.env.found_docs:
            previews.write(page, site / f"{name}.js")
        return str(page)


def join_stylesheets(page: BeautifulSoup, build: state.Build) -> None:
    """Refer to one stylesheet instead of many; remember what it must hold."""
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
    script.string = FIRST % prefix
    first.insert_before(script)


def trim_scripts(page: BeautifulSoup, name: str) -> None:
    """Drop scripts that do nothing on a page of this name."""
    unused = UNUSED_SCRIPTS
    if name != "search":
        unused += f"|{SEARCH_SCRIPTS}"
    for script in page.select("script"):
        if re.search(unused, str(script)):
            script.decompose()


def renew_listings(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Let the listings of modules be written anew when all pages are.

    Left to itself, Sphinx keeps each as long as the module is the same,
    whatever has become of the look of the site.
    """
    if app.env.found_docs <= state.of(app).rendered:
        listings = Path(app.outdir, viewcode.OUTPUT_DIRNAME)
        shutil.rmtree(listings, ignore_errors=True)
    return []


def remove_old_pages(app: Sphinx) -> None:
    """Remove pages that are no more: those whose text has a copy alone."""
    sources = Path(app.outdir, "_sources")
    for file in sources.rglob("*.md"):
        name = file.relative_to(sources).with_suffix("").as_posix()
        if name not in app.env.found_docs:
            file.unlink()
            for suffix in (".html", ".js"):
                Path(app.outdir, name + suffix).unlink(missing_ok=True)
