"""Pages made light, valid and accessible as they are written.

The theme loads what no page uses, lets scripts hold up the page, and makes
mistakes that the HTML and accessibility checkers name. Each mend below is for
one of these, by the checker's rule where there is one. It says what it is
for, and a build of all pages fails if there was nothing to mend: then the
theme has changed.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.ext import viewcode
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

from chapter import hooks, state
from chapter.page import (
    drawings,
    late,
    navigation,
    previews,
    times,
)
from chapter.page.markup import one, parse

# Icons drawn twice, Thebe as the theme loads it, versions of the site, what
# unfolds by a script, tabs: the theme prepares for these, and the chapter has
# none. What Bootstrap would do, a browser does. Sphinx has a search by pages,
# which marks its words on those, and keys that are not in use.
UNUSED_SCRIPTS = (
    "fontawesome", "sphinx-thebe", "thebe-config", "THEBE_JS_URL",
    "kernelName", r"DOCUMENTATION_OPTIONS\.", r"searchtools\.js",
    r"language_data\.js", r"searchindex\.js", r"sphinx_highlight\.js",
    r"doctools\.js", "toggleHint", "toggleOpen", "togglebutton",
    r"design-tabs\.js", r"bootstrap\.js",
)  # fmt: skip

# The colours are those that the reader's system prefers before anything is
# drawn, or all would be drawn again when the theme's script has found out.
# The typeface of the text is asked for with the stylesheet, not after it. It
# may not be from a disk, where a browser refuses, and says so.
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

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mend:
    """A change of the elements that a selector finds.

    They must be on some page, if anything is that ``where`` selects.
    """

    selector: str
    change: Callable[[Tag], object]
    where: str = "html"

    def make(self, page: BeautifulSoup, found: set[str]) -> None:
        """Change the elements of a page; note what was found there."""
        for element in page.select(self.selector):
            self.change(element)
            found.add(self.selector)
        if self.selector not in found and page.select_one(self.where):
            found.add(self.where)


def put(**attributes: str) -> Callable[[Tag], object]:
    """Return the change that gives an element attributes."""
    return lambda element: element.attrs.update(attributes)


def drop(*names: str) -> Callable[[Tag], object]:
    """Return the change that takes attributes away from an element."""
    return lambda element: [element.attrs.pop(name, None) for name in names]


def rename(name: str) -> Callable[[Tag], object]:
    """Return the change of an element into another kind of element."""
    return lambda element: setattr(element, "name", name)


def name_symbol(link: Tag) -> None:
    """Give a link that is all formula a name in letters (link-name)."""
    if formula := link.select_one("math"):
        plain = r"\\(?:math\w+|boldsymbol|text)|[\\{}]"
        name = re.sub(plain, "", str(formula["alttext"]))
        link["title"] = f"{name}, in the notation"


def rest_title(link: Tag) -> None:
    """Keep what a source is called, for the notebooks, and show it not."""
    link["data-title"] = link.attrs.pop("title")


def fold(solution: Tag) -> None:
    """Make of a solution what opens without a script.

    sphinx-togglebutton needs one, which moves the page as it loads.
    """
    title = one(solution, ".admonition-title")
    title.name, title.attrs = "summary", {}
    solution.name, solution["class"] = "details", "solution"


def mark_checks(folded: Tag) -> None:
    """Tell folded checks from other code, by their label."""
    if one(folded, ".collapsed").text.startswith("Show the check"):
        folded["class"] = f"{' '.join(folded['class'])} checks"


def join_list(inner: Tag) -> None:
    """Put a list that stands in another one into the item before it."""
    if item := inner.find_previous_sibling("li"):
        item.append(inner)


def open_title(title: Tag) -> None:
    """Take the title of an exercise out of its brackets, as it has its own."""
    number = one(title, ".caption-number")
    number.string = number.get_text().strip()
    if len(title.contents) > 1:
        start = title.contents[1]
        text = str(start).lstrip().removeprefix("(")
        start.replace_with(f". {text[:1].upper()}{text[1:]}")
        end = title.contents[-1]
        end.replace_with(str(end).rstrip().removesuffix(")"))


MENDS = (
    # Scripts wait, and are not fetched ahead of the text.
    Mend("link[rel=preload][as=script]", Tag.decompose),
    Mend("script[src]", put(defer="")),
    Mend("#ethical-ad-placement", Tag.decompose),
    # One viewport, and nothing that a hosted search would read.
    Mend("meta[name=viewport] ~ meta[name=viewport]", Tag.decompose),
    Mend("meta[name^=docsearch]", Tag.decompose),
    # What is seen on a control is its name (label-content-name).
    Mend("[class*='fa-']", put(**{"aria-hidden": "true"})),
    Mend("summary[aria-label]", drop("aria-label"), "details.hide"),
    Mend(".search-button-field", drop("aria-label")),
    Mend(".theme-switch-button", navigation.name_mode),
    # What a preview shows, the browser need not show on top of it.
    Mend("a.reference.internal[title]", rest_title, ".citation"),
    Mend("a[href*='#sym-']", name_symbol, "a[href*='#sym-']"),
    # A browser opens menus, and shows the titles of buttons.
    Mend(".dropdown", navigation.open_menu),
    Mend(
        "[data-bs-toggle=tooltip]",
        drop("data-bs-toggle", "data-bs-placement"),
    ),
    Mend("#pst-back-to-top", Tag.decompose),  # it would cover the text
    # There are ways on that the theme does not have.
    Mend(".skip-link a", navigation.skip_buttons),
    Mend(".prev-next-footer", navigation.lead_on_above),
    # The sidebar is a landmark (region).
    Mend(
        "#pst-primary-sidebar",
        put(**{"role": "complementary", "aria-label": "Book"}),
    ),
    # Roles of the bibliography that are in use (aria-required-children).
    Mend("[role=doc-biblioentry]", put(role="listitem"), ".citation"),
    # What exercises hold has one id for all, and solutions do not fold.
    Mend("#exercise-content, #solution-content", Tag.unwrap, ".exercise"),
    Mend("div.solution", fold, ".solution"),
    # The title of an exercise is in brackets, and ends with some.
    Mend(".exercise > .admonition-title", open_title, ".exercise"),
    # Inline elements, where HTML allows no others.
    Mend("summary > p", rename("span"), "details.hide"),
    # What is folded is checks, or what a reader may want to read.
    Mend("details.hide", mark_checks, "details.hide"),
    Mend("pre div", rename("span"), ".viewcode-block"),
    # Modules of a package are listed within its own item.
    Mend("ul > ul", join_list, "ul > ul"),
    # What may be wider than its box, the keyboard reaches until scrolling.js
    # knows that it is not (scrollable-region-focusable).
    Mend(navigation.SCROLLERS, put(tabindex="0"), ".highlight"),
    # Names and signs have the colour of text, and are half of all elements.
    Mend(".highlight :is(.n, .p, .o, .w)", Tag.unwrap, ".highlight-ipython3"),
    Mend("dl.py .pre", Tag.unwrap, "dl.py"),
    Mend("input[autocorrect]", drop("autocorrect")),
    # Entries of the menu of files load them.
    Mend(".dropdown-download-buttons a", drop("target")),
    Mend(".dropdown-download-buttons a", put(download="")),
)


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
        join_stylesheets(page, build, name)
        trim_scripts(page, build.found)
        drawings.choose(page, self.builder, name)
        for mend in MENDS:
            mend.make(page, build.found)
        facts = context.get("meta") or {}
        navigation.note_minutes(page, facts.get(times.MINUTES, {}))
        navigation.keep_compounds(page)
        late.take_out(page, Path(self.builder.outdir))
        if name in self.builder.env.found_docs:
            previews.write(page, Path(self.builder.outdir, f"{name}.js"))
        return str(page)


def check_mends(app: Sphinx) -> None:
    """Fail if all pages were written, and a mend found nothing to mend."""
    build = state.of(app)
    if not isinstance(app.builder.templates, Templates):
        raise hooks.Broken("Sphinx does not render pages by our templates")
    if not app.env.found_docs <= build.rendered:
        return
    needed = {m.selector for m in MENDS if m.where in build.found}
    needed.update(UNUSED_SCRIPTS)
    if missing := ", ".join(sorted(needed - build.found)):
        raise hooks.Broken(f"no page has {missing}")


def join_stylesheets(
    page: BeautifulSoup, build: state.Build, name: str
) -> None:
    """Refer to one stylesheet instead of many; remember what it must hold.

    The stylesheets must be the same on all pages.
    """
    first, *others = page.select("link[rel=stylesheet]")
    prefix = str(first["href"]).split("_static/")[0]
    sheets = [
        str(link["href"]).split("_static/")[1].split("?")[0]
        for link in (first, *others)
    ]
    if build.stylesheets not in ([], sheets):
        logger.warning("a page has a stylesheet of its own", location=name)
    build.stylesheets = sheets
    for link in others:
        link.decompose()
    first["href"] = f"{prefix}_static/style.css"
    script = page.new_tag("script")
    script.string = FIRST % prefix
    first.insert_before(script)


def trim_scripts(page: BeautifulSoup, found: set[str]) -> None:
    """Drop scripts that do nothing here; note those that were there."""
    for script in page.select("script"):
        text = str(script)
        useless = [name for name in UNUSED_SCRIPTS if re.search(name, text)]
        if useless:
            script.decompose()
        found.update(useless)


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
