"""The menu of what can be downloaded: this page, and the whole chapter."""

from sphinx.application import Sphinx

from chapter.offer import menus, offline
from chapter.print import pdf


def files(app: Sphinx, page: str, source: str) -> dict:
    """Return the files of a page and of the chapter: name, place, icon."""
    found = {}
    if "kernelspec" in app.env.metadata[page]:
        found["Notebook (.ipynb)"] = f"_sources/{page}.ipynb", "fa-code"
    found["Text source (.md)"] = f"_sources/{source}", "fa-file-lines"
    if app.config.offers_pdf:
        found["Whole chapter (.pdf)"] = pdf.PDF, "fa-file-pdf"
    found["Whole site (.zip)"] = offline.ZIP, "fa-file-zipper"
    return found


def offer(
    app: Sphinx, page: str, template: str, context: dict, doctree
) -> None:
    """Put the menu above a page that has a source."""
    if page not in app.env.found_docs:
        return
    found = files(app, page, context["sourcename"]).items()
    links = [
        menus.link(text, context["pathto"](place, resource=True), icon)
        for text, (place, icon) in found
    ]
    menus.add(context, "download", "Download", "fa-download", links)


def setup(app: Sphinx) -> dict:
    """Connect the hook, after those of the theme."""
    app.connect("html-page-context", offer, priority=510)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
