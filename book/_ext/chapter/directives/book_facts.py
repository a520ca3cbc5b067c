"""What a page shows of all pages of the book: their exercises and times.

These are collected in the metadata of the pages. When they have changed, the
pages that show them are written again.
"""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

# In the metadata of a page: its exercises, the minutes to read it, and what
# it shows of all pages.
EXERCISES, MINUTES, SHOWN = "exercises", "minutes", "facts shown"


def note_use(env: BuildEnvironment) -> None:
    """Note that the page that is being read shows facts of all pages."""
    env.metadata[env.docname][SHOWN] = ""


def pages_to_update(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that show facts which have changed."""
    facts = str([
        (page, env.titles[page].astext(), metadata[EXERCISES],
         metadata[MINUTES], metadata.get("goal"))
        for page in sorted(env.found_docs)
        for metadata in (env.metadata[page],)
    ])  # fmt: skip
    pages = [
        page
        for page in env.found_docs
        if env.metadata[page].get(SHOWN, facts) != facts
    ]
    for page in pages:
        env.metadata[page][SHOWN] = facts
    return pages
