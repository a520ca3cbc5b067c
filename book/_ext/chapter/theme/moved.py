"""Old addresses lead to where a page, or a part of one, has moved.

A script names the parts of each page, but none that two pages have. When an
address names a part that is not on its page, ``_static/navigation.js`` loads
that script, and goes to the page with the part. A stub in the place of a page
that is gone does the same. If the heading of a part changes, its author
writes the old name above it, as in ``(old-name)=``.

sphinx-reredirects writes stubs too, but it knows no parts of pages.
"""

import json
from collections import Counter
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.osutil import FileAvoidWrite

from chapter.theme.previews import read_previews

logger = logging.getLogger(__name__)
# Either its script or its tag leads on: of two, the browser might take either.
STUB = """\
<!DOCTYPE html>
<html lang="{lang}" data-content_root="{root}" data-moved-to="{page}">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
<script defer src="{root}_static/navigation.js"></script>
</head>
<body><p><a href="{address}">This page has moved.</a></p></body>
</html>
"""


def write_parts(app: Sphinx) -> None:
    """Write the script with the parts of all pages.

    A file that stays the same keeps its time.
    """
    site = Path(app.outdir)
    pages = {
        page: read_previews(site / f"{page}.js")
        for page in sorted(app.env.found_docs)
    }
    counts = Counter(part for parts in pages.values() for part in parts)
    parts = {
        page: [part for part in parts if counts[part] == 1]
        for page, parts in pages.items()
    }
    with FileAvoidWrite(str(site / "parts.js")) as file:
        file.write(f"document.currentScript.parts = {json.dumps(parts)};\n")


def write_stubs(app: Sphinx) -> None:
    """Write a stub in the place of each page that is gone."""
    for old, page in (app.config.moved_pages or {}).items():
        if page not in app.env.found_docs:
            logger.warning("moved_pages in _config.yml: no page %s", page)
        elif old not in app.env.found_docs:
            stub = STUB.format(
                lang=app.config.language,
                root="../" * old.count("/"),
                page=page,
                address=app.builder.get_relative_uri(old, page),
            )
            file = Path(app.outdir, f"{old}.html")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(stub, "utf-8")
