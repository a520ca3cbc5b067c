"""The build of the chapter: what our Sphinx extension adds to Jupyter Book."""

from sphinx.application import Sphinx

from chapter.check import findings, outside_links, strictness
from chapter.execute import cache, interruption, trainings
from chapter.offer import downloads, launch, live, notebooks, offline
from chapter.page import assets, given, mathematics, templates, traces
from chapter.print import pdf


def setup(app: Sphinx) -> dict:
    """Set up the parts of the build."""
    facts = cache.setup(app)
    for part in (
        trainings, interruption, strictness, findings, mathematics, traces,
        templates, assets, outside_links, pdf, launch, downloads, notebooks,
        offline, live,
    ):  # fmt: skip
        part.setup(app)
    given.register(app)
    return facts
