"""Add a page to the chapter, from the template docs/page.md.

    python docs/add_page.py NAME TITLE AFTER

writes book/NAME.md, and lists it in _toc.yml after book/AFTER.md. Run it in
the root of the project, as make page does.
"""

import re
import sys
from pathlib import Path


def add_page(name: str, title: str, after: str) -> None:
    """Write a page and list it, or say why not."""
    page, toc = Path(f"book/{name}.md"), Path("_toc.yml")
    contents = toc.read_text("utf-8")
    entry = re.search(  # with its title in the sidebar, if it has one
        f"^( *- file: book/){re.escape(after)}$(\n *title: .*)?",
        contents, re.M,
    )  # fmt: skip
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        sys.exit("Name the page in small letters: make page NAME=attention")
    if page.exists():
        sys.exit(f"{page} exists: choose another NAME.")
    if entry is None:
        sys.exit(
            f"_toc.yml lists no book/{after}: choose another page for AFTER."
        )
    text = Path("docs/page.md").read_text("utf-8")
    text = text.replace("TITLE", title).replace("NAME", name)
    page.write_text(text, "utf-8")
    end = entry.end()
    contents = f"{contents[:end]}\n{entry[1]}{name}{contents[end:]}"
    toc.write_text(contents, "utf-8")
    print(f"Write {page}; _toc.yml lists it after book/{after}.")


if __name__ == "__main__":
    add_page(*sys.argv[1:])
