"""One stylesheet for the site, and no file that nothing refers to.

The theme has a dozen stylesheets. Most of their rules are for classes that
no page has and no script adds.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.util.osutil import FileAvoidWrite

from chapter import state
from chapter.theme.lazy_scripts import FOLDER

ADDRESS = re.compile(r"""url\((["']?)(?!data:|#)([^)"']+)\1\)""")
IMPORT = re.compile(r"""@import (?:url\()?["']([^"']+)["']\)?;""")
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.S)  # that is no licence
RULE = re.compile(r"([^{}]+)\{[^{}]*\}")  # also within another one
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\[[^]]*\]")


def inline_imports(static: Path, name: str) -> str:
    """Return a stylesheet with its imports, addresses relative to static."""
    folder = dirname(name)

    def move(match: re.Match[str]) -> str:
        return f'url("{normpath(join(folder, match[2]))}")'

    def include(match: re.Match[str]) -> str:
        return inline_imports(static, normpath(join(folder, match[1])))

    css = (static / name).read_text("utf-8")
    return ADDRESS.sub(move, IMPORT.sub(include, css))


def drop_unused(css: str, classes: set[str]) -> str:
    """Drop the rules whose selectors all need a class that is not used."""

    def keep(rule: re.Match[str]) -> str:
        selectors = BRACKETS.sub("", rule[1]).split(",")
        is_used = any({*CLASS.findall(s)} <= classes for s in selectors)
        return rule[0] if is_used else ""

    return RULE.sub(keep, COMMENT.sub("", css))


def classes_in(pages: str, scripts: str) -> set[str]:
    """Return the classes of pages, and those that scripts may add."""
    lists = re.findall(r"""\sclass=["']([^"']*)""", pages)
    return {*" ".join(lists).split(), *re.findall(r"[\w-]+", scripts)}


def write_stylesheet(app: Sphinx) -> None:
    """Write the stylesheet, and remove unused files.

    A build that renders no page keeps the stylesheet. But libraries copy
    their files at every build.
    """
    static, lazy = Path(app.outdir, "_static"), Path(app.outdir, FOLDER)
    every = Path(app.outdir).rglob("*.html")
    pages = join_texts(file for file in every if static not in file.parents)
    scripts = join_texts(
        file
        for file in static.rglob("*.js")
        if file.name in pages and lazy not in file.parents
    )  # those loaded lazily have their own style
    style = static / "style.css"
    if sheets := state.get_build(app).stylesheets:
        css = "\n".join(inline_imports(static, name) for name in sheets)
        css = drop_unused(css, classes_in(pages, scripts))
        # Sphinx 9 renders an index in each build. A stylesheet that is the
        # same keeps its time, so that the zip is not made again.
        with FileAvoidWrite(str(style)) as file:
            file.write(f'@charset "utf-8";\n{css}')
    remove_unused(static, pages + style.read_text("utf-8"))
    remove_unused(Path(app.outdir, "_images"), pages)


def join_texts(files: Iterable[Path]) -> str:
    """Return the text of several files."""
    return "\n".join(file.read_text("utf-8") for file in sorted(files))


def remove_unused(folder: Path, text: str) -> None:
    """Remove files that ``text`` does not name, but no licence."""
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        if quote(file.name) not in text and "LICENSE" not in file.name:
            file.unlink()
            with suppress(OSError):  # until a folder is not empty
                for parent in file.parents:
                    parent.rmdir()
