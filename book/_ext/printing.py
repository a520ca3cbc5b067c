"""Stub, to be replaced by the module of the same name."""

from sphinx.application import Sphinx

PDF = "_downloads/chapter.pdf"


def setup(app: Sphinx) -> dict:
    """Offer no PDF."""
    app.add_config_value("offers_pdf", False, "html")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
