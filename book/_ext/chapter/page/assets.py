"""One stylesheet for the site, and fonts with the characters in use.

The theme brings a dozen stylesheets, most of whose rules are for things
that no page has, and icon fonts with thousands of icons. What is used is
read off the built pages.

PurgeCSS leaves a style of the same size, and needs Node.js in a build.
"""

import logging
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from posixpath import dirname, join, normpath
from unicodedata import normalize
from urllib.parse import quote

import tinycss2
from sphinx.application import Sphinx
from tinycss2.ast import Node

from chapter import hooks, keys, state
from chapter.page.late import FOLDER

ADDRESS = re.compile(r"""url\((["']?)(?!data:|#)([^)"']+)\1\)""")
IMPORT = re.compile(r"""@import (?:url\()?["']([^"']+)["']\)?;""")
SUBSETS = "subsets"  # the folder of the fonts that are made here
# A browser sets a letter that stands alone in MathML by one of these.
ITALICS = [0x210E, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]
TYPEFACE = re.compile(rf"(?:fonts|{SUBSETS})/literata(?:-\w{{8}})?\.woff2")
GROUPS = ("media", "supports")  # of rules, which are judged one by one
WORD = re.compile(r"[\w-]+")
READ = re.compile(r"var\(\s*(--[\w-]+)")
PROPERTY = re.compile(
    r"""(?<=[{;\s])(--[\w-]+)\s*:(?:"[^"]*"|'[^']*'|[^;{}"'])*(?:;|(?=\}))"""
)


def collect(static: Path, name: str) -> str:
    """Return a stylesheet with its imports, addresses seen from static."""
    folder = dirname(name)

    def move(match: re.Match[str]) -> str:
        return f'url("{normpath(join(folder, match[2]))}")'

    def include(match: re.Match[str]) -> str:
        return collect(static, normpath(join(folder, match[1])))

    css = (static / name).read_text("utf-8")
    return ADDRESS.sub(move, IMPORT.sub(include, css))


def keep_used(rules: Iterable[Node], names: set[str]) -> str:
    """Return the rules that can apply to pages with these names."""
    return "\n".join(filter(None, (used(rule, names) for rule in rules)))


def used(rule: Node, names: set[str]) -> str:
    """Return what of a rule can apply to these names, empty if nothing can."""
    if rule.type == "qualified-rule":
        every = split_selectors(rule.prelude)
        selectors = ",".join(s for s in every if needs(s) <= names)
        content = [t for t in rule.content if t.type != "comment"]
        body = " ".join(tinycss2.serialize(content).split())
        return selectors and f"{selectors}{{{body}}}"
    if rule.type == "at-rule" and rule.lower_at_keyword in GROUPS:
        inner = keep_used(tinycss2.parse_rule_list(rule.content), names)
        prelude = tinycss2.serialize(rule.prelude)
        return inner and f"@{rule.at_keyword}{prelude}{{{inner}}}"
    is_licence = rule.type == "comment" and rule.value.startswith("!")
    return rule.serialize() if is_licence or rule.type == "at-rule" else ""


def split_selectors(prelude: list[Node]) -> list[str]:
    """Return the selectors of a rule."""
    selectors = [""]
    for token in prelude:
        if token == ",":
            selectors.append("")
        else:
            selectors[-1] += token.serialize()
    return [selector.strip() for selector in selectors]


def needs(selector: str) -> set[str]:
    """Return the names that a selector needs, those in brackets aside.

    They are those of elements, ids, and classes.
    """
    outside = re.sub(r"\([^()]*(\([^()]*\))*[^()]*\)|\[[^]]*\]", "", selector)
    return set(re.findall(r"(?:^|[\s>+~.#])((?:[\w-]|\\.)+)", outside))


def names_in(pages: str, scripts: str) -> set[str]:
    """Return the names of all that pages have, and that scripts may add."""
    names = set(WORD.findall(scripts)) | set(re.findall(r"<([\w-]+)", pages))
    for _, value in re.findall(r"""\s(?:class|id)=(["'])(.*?)\1""", pages):
        names.update(value.split())
    return names


def drop_unread(css: str, others: str) -> str:
    """Drop the custom properties that neither a rule nor ``others`` read."""
    read = {*READ.findall(css), *re.findall(r"--[\w-]+", others)}
    kept = PROPERTY.sub(lambda p: p[0] if p[1] in read else "", css)
    # Those that only a dropped one has read go too.
    return css if kept == css else drop_unread(kept, others)


def subset_font(source: Path, target: Path, characters: set[str]) -> None:
    """Write a font with some of its characters alone."""
    from fontTools import subset  # takes a while to be imported

    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = subset.Options(flavor="woff2", layout_features=["*"])
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    draft = target.with_suffix(".part")
    subset.save_font(font, draft, options)
    os.replace(draft, target)


def shrink_fonts(css: str, static: Path, characters: set[str]) -> str:
    """Cut down the fonts of a stylesheet; refer to the results.

    A font is named by what it was made of, so it need not be made, nor
    fetched by a reader, again.
    """
    (static / SUBSETS).mkdir(exist_ok=True)

    def shrink(match: re.Match[str]) -> str:
        source = static / match[2]
        key = keys.checksum(source.read_bytes(), *sorted(characters))
        target = static / SUBSETS / f"{source.stem}-{key[:8]}.woff2"
        if not target.exists():
            subset_font(source, target, characters)
        return f'url("{SUBSETS}/{target.name}")'

    css = re.sub(r',\s*url\("[^"]+\.(ttf|woff)"\) format\([^)]+\)', "", css)
    return re.sub(r'url\((["\']?)([^)"\']+\.woff2)\1\)', shrink, css)


def make(app: Sphinx) -> None:
    """Write the style and the fonts, mend a script, remove what is unused.

    A build that writes no page has no list of stylesheets, and leaves the
    one that is there. But what libraries put there is removed each time.
    """
    static = Path(app.outdir, "_static")
    mend_script(static)
    every = Path(app.outdir).rglob("*.html")
    files = [file for file in every if static not in file.parents]
    pages = read_all(files)
    late = Path(app.outdir, FOLDER)  # these have styles of their own
    scripts = read_all(
        file
        for file in static.rglob("*.js")
        if file.name in pages and late not in file.parents
    )
    style = static / "style.css"
    if sheets := state.of(app).stylesheets:
        css = "\n".join(collect(static, name) for name in sheets)
        write_style(style, css, pages, scripts)
    name_typeface(files, style.read_text("utf-8"))
    pages = read_all(files)  # with that name
    remove_unused(static, pages + scripts + style.read_text("utf-8"))
    remove_unused(Path(app.outdir, "_images"), pages)


def mend_script(static: Path) -> None:
    """Take out of the theme's script what slows the page down."""
    theme = static / "scripts" / "pydata-sphinx-theme.js"
    script = theme.read_text("utf-8")
    theme.write_text(hooks.leave_widths(script), "utf-8")


def write_style(style: Path, css: str, pages: str, scripts: str) -> None:
    """Write the stylesheet, and the fonts that it needs."""
    names = names_in(pages, scripts)
    css = keep_used(tinycss2.parse_stylesheet(css), names)
    css = drop_unread(css, pages + scripts)
    characters = {*css, *pages, *map(chr, range(32, 127))}
    characters |= italics(characters)
    css = shrink_fonts(css, style.parent, characters)
    style.write_text(f'@charset "utf-8";\n{css}', "utf-8")


def italics(characters: set[str]) -> set[str]:
    """Return the letters of mathematics that some characters may become."""
    plain = {normalize("NFKC", character) for character in characters}
    return {i for i in map(chr, ITALICS) if normalize("NFKC", i) in plain}


def name_typeface(files: list[Path], css: str) -> None:
    """Let pages ask for the typeface by the name that it has in the style."""
    (name,) = TYPEFACE.findall(css)
    for file in files:
        text = file.read_text("utf-8")
        renamed = TYPEFACE.sub(name, text)
        if renamed != text:
            file.write_text(renamed, "utf-8")


def read_all(files: Iterable[Path]) -> str:
    """Return the text of several files."""
    return "\n".join(file.read_text("utf-8") for file in sorted(files))


def remove_unused(folder: Path, text: str) -> None:
    """Remove files, licences aside, that nothing in ``text`` names."""
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        if quote(file.name) not in text and "LICENSE" not in file.name:
            file.unlink()
            with suppress(OSError):  # until a folder has others in it
                for parent in file.parents:
                    parent.rmdir()
