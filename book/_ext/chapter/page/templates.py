"""Pages made light, valid and accessible as they are written.

The theme loads what no page uses, lets scripts hold up the page, and makes
mistakes that the HTML and accessibility checkers name. Each function below
mends one of these, by the checker's rule where there is one.
"""

import html
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import imagesize
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.theming import Theme
from sphinx.util import logging

# Icons drawn twice, Thebe as the theme loads it, versions of the site: the
# theme prepares for these, and the chapter has none.
UNUSED_SCRIPTS = (
    "fontawesome", "sphinx-thebe", "thebe-config", "THEBE_JS_URL",
    "kernelName", r"DOCUMENTATION_OPTIONS\.",
)  # fmt: skip
SEARCH_SCRIPTS = (r"searchtools\.js", r"language_data\.js", r"searchindex\.js")

# The typeface is in the stylesheet, and ready a moment later: a page that
# is shown before moves under the reader's eyes.
WAIT_FOR_TYPEFACE = """
document.documentElement.style.visibility = "hidden";
Promise.allSettled(
  ["1em Literata", "italic 1em Literata"].map((f) => document.fonts.load(f))
).then(() => { document.documentElement.style.visibility = ""; });
"""

logger = logging.getLogger(__name__)
START_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="description" content="{title}"/>
<meta http-equiv="refresh" content="0; url={url}"/>
<title>{title}</title>
</head>
<body><main><h1><a href="{url}">{title}</a></h1></main></body>
</html>
"""


class Templates(BuiltinTemplateLoader):
    """Render pages as Sphinx does, then mend them."""

    def init(
        self,
        builder: Builder,
        theme: Theme | None = None,
        dirs: list[str] | None = None,
    ) -> None:
        """Prepare for a build."""
        super().init(builder, theme, dirs)
        self.builder = builder
        self.rendered = set()

    def render(self, template: str, context: dict) -> str:
        """Return a page, ready to be written."""
        text = super().render(template, context)
        if not text.lstrip().startswith("<!DOCTYPE html>"):
            return text
        self.rendered.add(context["pagename"])
        page = BeautifulSoup(text, "html.parser")
        join_stylesheets(page, self.builder.app, context["pagename"])
        trim_scripts(page, is_search=context["pagename"] == "search")
        trim_head(page)
        size_images(page, self.builder)
        label_controls(page)
        name_symbols(page)
        mark_landmarks(page)
        mend_lists(page)
        mend_nesting(page)
        mend_menus(page)
        fold_solutions(page)
        return str(page)


def join_stylesheets(page: BeautifulSoup, app: Sphinx, name: str) -> None:
    """Refer to one stylesheet instead of many; remember what it must hold.

    The stylesheets must be the same on all pages.
    """
    first, *others = page.select("link[rel=stylesheet]")
    prefix = first["href"].split("_static/")[0]
    sheets = [
        link["href"].split("_static/")[1].split("?")[0]
        for link in (first, *others)
    ]
    if getattr(app, "stylesheets", sheets) != sheets:
        logger.warning("a page has a stylesheet of its own", location=name)
    app.stylesheets = sheets
    for link in others:
        link.decompose()
    first["href"] = f"{prefix}_static/style.css"
    script = page.new_tag("script")
    script.string = WAIT_FOR_TYPEFACE
    first.insert_after(script)


def trim_scripts(page: BeautifulSoup, is_search: bool) -> None:
    """Drop scripts that do nothing here, and let the others wait.

    A deferred script runs, in order, when the page has been read.
    """
    unused = UNUSED_SCRIPTS if is_search else UNUSED_SCRIPTS + SEARCH_SCRIPTS
    for script in page.select("script"):
        if re.search("|".join(unused), str(script)):
            script.decompose()
        elif script.has_attr("src"):
            script["defer"] = ""
    for preload in page.select("link[rel=preload][as=script]"):
        preload.decompose()
    for advert in page.select("#ethical-ad-placement"):
        advert.decompose()


def trim_head(page: BeautifulSoup) -> None:
    """Keep one viewport; drop what a hosted search would read."""
    for extra in page.select("meta[name=viewport]")[1:]:
        extra.decompose()
    for extra in page.select("meta[name^=docsearch]"):
        extra.decompose()


def size_images(page: BeautifulSoup, builder: Builder) -> None:
    """Give images their size, so that nothing moves when they arrive."""
    sources = {name: source for source, name in builder.images.items()}
    for image in page.select("article img[src*='_images/']"):
        name = unquote(Path(image["src"]).name)
        width, height = imagesize.get(Path(builder.srcdir, sources[name]))
        if width > 0:  # an SVG may have none
            image["width"], image["height"] = round(width), round(height)
        image["loading"], image["decoding"] = "lazy", "async"


def label_controls(page: BeautifulSoup) -> None:
    """Let what is seen on a control be its name (label-content-name)."""
    for icon in page.select("[class*='fa-']"):
        icon["aria-hidden"] = "true"
    for control in page.select("summary[aria-label], .search-button-field"):
        del control["aria-label"]
    for button in page.select(".theme-switch-button"):
        button["title"] = button["data-bs-title"]


def name_symbols(page: BeautifulSoup) -> None:
    """Give links that are all formula a name in letters (link-name)."""
    for link in page.select("a[href*='#sym-']"):
        latex = link.select_one("annotation")
        if latex is not None:
            name = re.sub(
                r"\\(?:math\w+|boldsymbol|text)|[\\{}]", "", latex.text
            )
            link["title"] = f"{name}, in the notation"


def mark_landmarks(page: BeautifulSoup) -> None:
    """Put the sidebar in a landmark (region)."""
    for sidebar in page.select("#pst-primary-sidebar"):
        sidebar["role"] = "complementary"
        sidebar["aria-label"] = "Book"


def mend_lists(page: BeautifulSoup) -> None:
    """Give the bibliography roles that are in use (aria-required-children)."""
    for entry in page.select("[role=doc-biblioentry]"):
        entry["role"] = "listitem"


def mend_nesting(page: BeautifulSoup) -> None:
    """Use inline elements where HTML allows no others."""
    for element in page.select("summary > p, pre div, button p"):
        element.name = "span"
    for field in page.select("input[autocorrect]"):
        del field["autocorrect"]


def mend_menus(page: BeautifulSoup) -> None:
    """Let the entries of menus be plain links, and those of files load."""
    for link in page.select(".dropdown-menu .dropdown-item"):
        del link["data-bs-toggle"], link["data-bs-placement"]
    for link in page.select(".dropdown-download-buttons a"):
        del link["target"]
        link["download"] = ""


def fold_solutions(page: BeautifulSoup) -> None:
    """Fold the solutions of exercises, so that they open without a script.

    What an exercise and what a solution holds has the same id in all.
    """
    for content in page.select("#exercise-content, #solution-content"):
        content.unwrap()
    for solution in page.select("div.solution"):
        solution.name, solution["class"] = "details", "solution"
        solution.p.attrs, solution.p.name = {}, "summary"


def renew_listings(app: Sphinx) -> list:
    """Let the listings of modules be written anew when all pages are.

    Left to itself, Sphinx keeps each as long as the module is the same,
    whatever has become of the look of the site.
    """
    if app.env.found_docs <= app.builder.templates.rendered:
        shutil.rmtree(Path(app.outdir, "_modules"), ignore_errors=True)
    return []


def remove_old_pages(app: Sphinx, exception: Exception | None) -> None:
    """Remove pages whose source is no more, from the folders of others."""
    if exception is None and app.builder.format == "html":
        pages = {Path(app.outdir, f"{d}.html") for d in app.env.found_docs}
        for folder in {page.parent for page in pages} - {Path(app.outdir)}:
            for file in set(folder.glob("*.html")) - pages:
                file.unlink()


def write_start_page(app: Sphinx, exception: Exception | None) -> None:
    """Lead from the first address of the site to its first page."""
    if exception is None and app.builder.format == "html":
        url = f"{app.config.root_doc}.html"
        title = html.escape(app.config.html_title)
        page = START_PAGE.format(url=url, title=title)
        Path(app.outdir, "index.html").write_text(page, "utf-8")


def setup(app: Sphinx) -> dict:
    """Connect the hooks."""
    app.config.template_bridge = "chapter.page.templates.Templates"
    app.connect("html-collect-pages", renew_listings, priority=100)
    app.connect("build-finished", remove_old_pages)
    app.connect("build-finished", write_start_page, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
