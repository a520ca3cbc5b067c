"""One stylesheet for the site, and fonts with the characters in use.

The theme brings a dozen stylesheets, most of whose rules are for things
that no page has, and icon fonts with thousands of icons. What is used is
read off the built pages.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from posixpath import dirname, join, normpath

import tinycss2
from fontTools import subset
from sphinx.application import Sphinx
from tinycss2.ast import Node

ADDRESS = re.compile(r"""url\((["']?)(?!data:|#)([^)"']+)\1\)""")
IMPORT = re.compile(r"""@import (?:url\()?["']([^"']+)["']\)?;""")
SELF = Path(__file__).read_text("utf-8")
CLASS = re.compile(r"\.([a-zA-Z_-][\w-]*)")
WORD = re.compile(r"[\w-]+")
# Classes that Bootstrap puts together when it runs.
RUNTIME = re.compile("bs-|tooltip|show|fade|collaps")


def collect(static: Path, name: str) -> str:
    """Return a stylesheet with its imports, addresses seen from static."""
    folder = dirname(name)

    def move(match: re.Match) -> str:
        return f'url("{normpath(join(folder, match[2]))}")'

    def include(match: re.Match) -> str:
        return collect(static, normpath(join(folder, match[1])))

    css = (static / name).read_text("utf-8")
    return ADDRESS.sub(move, IMPORT.sub(include, css))


def keep_used(rules: Iterable[Node], words: set[str]) -> str:
    """Return the rules that can apply to pages made of ``words``."""
    kept = []
    for rule in rules:
        if rule.type == "comment" and rule.value.startswith("!"):
            kept.append(rule.serialize())  # a licence
        elif rule.type == "at-rule" and rule.lower_at_keyword in (
            "media", "supports",
        ):  # fmt: skip
            inner = keep_used(tinycss2.parse_rule_list(rule.content), words)
            prelude = tinycss2.serialize(rule.prelude)
            if inner:
                kept.append(f"@{rule.at_keyword}{prelude}{{{inner}}}")
        elif rule.type == "at-rule":
            kept.append(rule.serialize())
        elif rule.type == "qualified-rule":
            selectors = ",".join(
                selector
                for selector in split_selectors(rule.prelude)
                if classes(selector) <= words
            )
            if selectors:
                body = tinycss2.serialize(rule.content)
                kept.append(f"{selectors}{{{body}}}")
    return "\n".join(kept)


def split_selectors(prelude: list[Node]) -> list[str]:
    """Return the selectors of a rule."""
    selectors = [""]
    for token in prelude:
        if token == ",":
            selectors.append("")
        else:
            selectors[-1] += token.serialize()
    return [selector.strip() for selector in selectors]


def classes(selector: str) -> set[str]:
    """Return the classes that a selector needs, those in brackets aside."""
    outside = re.sub(r"\([^()]*(\([^()]*\))*[^()]*\)|\[[^]]*\]", "", selector)
    found = re.findall(r"\.((?:[\w-]|\\.)+)", outside)
    return {name for name in found if not RUNTIME.search(name)}


def subset_font(source: Path, target: Path, characters: set[str]) -> None:
    """Write a font with some of its characters alone."""
    options = subset.Options(flavor="woff2", layout_features=["*"])
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    subset.save_font(font, target, options)


def shrink_fonts(css: str, static: Path, characters: set[str]) -> str:
    """Cut down the fonts of a stylesheet; refer to the results.

    A font keeps its name as long as it has the same characters, so it need
    not be made, nor read, again.
    """
    state = hashlib.sha256("".join(sorted(characters)).encode()).hexdigest()
    folder = static / "fonts"
    folder.mkdir(exist_ok=True)

    def shrink(match: re.Match) -> str:
        source = static / match[2].split("?")[0]
        target = folder / f"{source.stem}-{state[:8]}.woff2"
        if not target.exists():
            subset_font(source, target, characters)
        return f'url("fonts/{target.name}")'

    css = re.sub(r',\s*url\("[^"]+\.(ttf|woff)"\) format\([^)]+\)', "", css)
    return re.sub(r'url\((["\']?)([^)"\']+\.woff2)\1\)', shrink, css)


def make_assets(app: Sphinx, exception: Exception | None) -> None:
    """Write the stylesheet and the fonts of the site, if it was written."""
    if exception or not hasattr(app, "stylesheets"):
        return
    static = Path(app.outdir, "_static")
    files = [
        f for f in Path(app.outdir).rglob("*.html") if static not in f.parents
    ]
    pages = read_all(files)
    scripts = read_all(f for f in static.rglob("*.js") if f.name in pages)
    css = "\n".join(collect(static, name) for name in app.stylesheets)
    words = set(CLASS.findall(css)) & set(WORD.findall(pages + scripts))
    state = checksum(css, words, pages)
    style = static / "style.css"
    if not style.exists() or state not in style.read_text("utf-8"):
        css = keep_used(tinycss2.parse_stylesheet(css), words)
        characters = {*css, *pages, *map(chr, range(32, 127))}
        css = shrink_fonts(css, static, characters)
        style.write_text(f'@charset "utf-8";\n/* {state} */\n{css}', "utf-8")
    remove_unused(static, pages + scripts + style.read_text("utf-8"))
    remove_unused(Path(app.outdir, "_images"), pages)


def read_all(files: Iterable[Path]) -> str:
    """Return the text of several files."""
    return "\n".join(file.read_text("utf-8") for file in sorted(files))


def checksum(css: str, words: set[str], pages: str) -> str:
    """Return a checksum of all that the stylesheet depends on."""
    facts = [css, *sorted(words), *sorted(set(pages)), SELF]
    return hashlib.sha256(" ".join(facts).encode()).hexdigest()[:16]


def remove_unused(folder: Path, text: str) -> None:
    """Remove files, licences aside, that nothing in ``text`` names."""
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        if file.name not in text and "LICENSE" not in file.name:
            file.unlink()
            with suppress(OSError):  # there are others beside it
                file.parent.rmdir()


def setup(app: Sphinx) -> dict:
    """Connect the hook."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    app.connect("build-finished", make_assets, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
