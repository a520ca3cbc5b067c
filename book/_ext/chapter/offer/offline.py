"""The whole site as one zip, to be read without a network.

It holds the site as it stands, within one folder; but no page offers the zip
there, which does not hold itself. The same site makes the same zip, byte for
byte.
"""

import os
import re
import zipfile
import zlib
from pathlib import Path

from sphinx.application import Sphinx

from chapter import hooks
from chapter.offer.downloads import ZIP

FOLDER = "chapter"  # within the zip
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can state
MODE = 0o100644 << 16  # an ordinary file, which everyone may read
OFFER = re.compile(  # in the menu of a page
    rb'<li><a [^>]*href="[^">]*%s">.*?</li>\n' % re.escape(ZIP.encode()), re.S
)


def make(app: Sphinx) -> None:
    """Pack the site, if it has changed since the last time."""
    site = Path(app.outdir)
    target = site / ZIP
    target.parent.mkdir(exist_ok=True)
    files = contents(site)
    if target.exists() and unchanged(target, files):
        return
    pages = (Path(site, f"{name}.html") for name in app.env.found_docs)
    if not all(OFFER.search(page.read_bytes()) for page in pages):
        raise hooks.Broken("the theme draws the entries of menus otherwise")
    pack(files, target)


def pack(files: dict[str, bytes], target: Path) -> None:
    """Write a zip, whose name appears when it is whole."""
    draft = target.parents[1].with_name("chapter.part")  # not in what it packs
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(entry(name), content)
    os.replace(draft, target)


def contents(site: Path) -> dict[str, bytes]:
    """Return what the zip holds of the site, by names, sorted."""
    files = (path for path in site.rglob("*") if path.is_file())
    names = sorted(file.relative_to(site).as_posix() for file in files)
    held = {n: site.joinpath(n).read_bytes() for n in names if n != ZIP}
    for name in held:
        if name.endswith(".html"):
            held[name] = OFFER.sub(b"", held[name])
    return {f"{FOLDER}/{name}": content for name, content in held.items()}


def entry(name: str) -> zipfile.ZipInfo:
    """Describe a file, without its date and its system."""
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, on every system
    info.external_attr = MODE
    return info


def unchanged(target: Path, files: dict[str, bytes]) -> bool:
    """Return whether a zip has these files, no others, and as they are."""
    with zipfile.ZipFile(target) as archive:
        held = {i.filename: i.CRC for i in archive.infolist()}
    return held == {name: zlib.crc32(data) for name, data in files.items()}
