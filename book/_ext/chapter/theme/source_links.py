"""Links from the names of source files to their listings on the site.

The listings of a page leave out what does not teach.
"""

import re
from typing import cast

from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.ext import viewcode

FILE = re.compile(r'(?<=<span class="pre">)(\w+(?:/\w+)+)\.py(?=</span>)')


def link_files(
    app: Sphinx, page: str, template: str, context: dict[str, str], _: object
) -> None:
    """Link the name of each file whose module the reference documents."""
    modules = cast(PythonDomain, app.env.get_domain("py")).modules

    def link(found: re.Match[str]) -> str:
        if found[1].replace("/", ".") not in modules:
            return found[0]
        source = f"{viewcode.OUTPUT_DIRNAME}/{found[1]}"
        address = app.builder.get_relative_uri(page, source)
        return f'<a class="reference internal" href="{address}">{found[0]}</a>'

    if "body" in context:
        context["body"] = FILE.sub(link, context["body"])
