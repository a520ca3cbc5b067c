"""One stylesheet for the site instead of a dozen.

Each of them would hold up the first picture of a page.
"""

import re
from pathlib import Path
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from chapter import state

ADDRESS = re.compile(r"""url\((["']?)(?!data:|#)([^)"']+)\1\)""")
IMPORT = re.compile(r"""@import ["']([^"']+)["'];""")
# No page has folds or cells of these kinds.
UNUSED = "link[href*=togglebutton], link[href*=thebe], link[href*=design]"
HEAD_SCRIPT = Path(__file__).with_name("head.js").read_text("utf-8")


def join_stylesheets(page: BeautifulSoup, build: state.Build) -> None:
    """Refer to one stylesheet instead of many; record what it must hold."""
    for link in page.select(UNUSED):
        link.decompose()
    first, *others = page.select("link[rel=stylesheet]")
    prefix = str(first["href"]).split("_static/")[0]
    build.stylesheets = [
        str(link["href"]).split("_static/")[1].split("?")[0]
        for link in (first, *others)
    ]
    for link in others:
        link.decompose()
    first["href"] = f"{prefix}_static/style.css"
    script = page.new_tag("script")
    script.string = HEAD_SCRIPT
    first.insert_before(script)


def write_stylesheet(app: Sphinx) -> None:
    """Write the stylesheet that the pages refer to."""
    static, names = (
        Path(app.outdir, "_static"),
        state.get_build(app).stylesheets,
    )
    css = "\n".join(inline_imports(static, name) for name in names)
    style = f'@charset "utf-8";\n{css}'
    static.joinpath("style.css").write_text(style, "utf-8")


def inline_imports(static: Path, name: str) -> str:
    """Return a stylesheet with its imports, addresses relative to static."""
    folder = dirname(name)

    def move(match: re.Match[str]) -> str:
        return f'url("{normpath(join(folder, match[2]))}")'

    def include(match: re.Match[str]) -> str:
        return inline_imports(static, normpath(join(folder, match[1])))

    css = static.joinpath(name).read_text("utf-8")
    return ADDRESS.sub(move, IMPORT.sub(include, css))
