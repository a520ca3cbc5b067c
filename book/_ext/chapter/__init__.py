"""The Sphinx extension that builds the chapter, on top of Jupyter Book.

This file is the story of a build: ``setup`` begins it, ``STEPS`` lists what is
done at the events of Sphinx, and ``finish`` ends it.

What happens between an edit and the page? A page depends on what it has read:
its kernel notes each file of the checkout that it opens, and each folder that
it lists. So a build first asks which pages have new cells, or have read what
is different now. It trains the networks that these need and that are missing,
and executes them side by side. jupyter-cache keeps their outputs and notes,
apart for each combination of versions. Then Sphinx reads the pages that were
edited or executed, and MyST-NB takes the outputs from the cache. The ``theme``
writes the pages as HTML, and the downloads are made of that. After a build
that has failed, or was interrupted, the pages that were executed are not
executed again, but all are read.

The folders hold the steps: ``execution`` of pages, the ``directives`` in them,
the ``theme`` that renders them, and the ``export`` of what can be downloaded.
Four modules serve all steps: ``state`` is what they share, ``hooks`` reach
into libraries, ``markup`` parses HTML, and ``failures`` tell why a build has
failed.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# Import the packages of this checkout, even if another one is installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from chapter import failures, hooks, state
from chapter.directives import equation_links, reading_time
from chapter.execution import kernels, outputs, pages
from chapter.export import (
    downloads,
    gift,
    handouts,
    launch,
    notebooks,
    slides,
)
from chapter.theme import mathematics, open_graph, stylesheet

FIRST, USUAL, AFTER_THEME, LAST = 100, 500, 510, 1000  # priorities

STEPS: list[tuple[str, int, Callable[..., Any]]] = [
    # The settings are known.
    ("config-inited", USUAL, launch.find_repository),
    ("config-inited", USUAL, open_graph.find_address),
    ("config-inited", USUAL, pages.choose_cache),
    # Which pages have to be read? Those that must run are executed first.
    ("env-get-outdated", USUAL, pages.execute_outdated),
    # A page has been read, with its outputs.
    ("doctree-read", USUAL, pages.add_glue_dependencies),
    ("doctree-read", USUAL, pages.record_outputs),
    ("doctree-read", USUAL, outputs.complete_executed),
    ("doctree-read", USUAL, equation_links.add_addresses),
    ("doctree-read", USUAL, reading_time.insert_time),
    # A page is about to be written; then rendering.Templates renders it.
    ("doctree-resolved", USUAL, reading_time.insert_question),
    ("doctree-resolved", USUAL, handouts.insert_links),
    ("html-page-context", FIRST, open_graph.describe),
    ("html-page-context", FIRST, downloads.name_notebook),
    ("html-page-context", USUAL, equation_links.link_comments),
    ("html-page-context", AFTER_THEME, downloads.add_zip),
    ("html-page-context", AFTER_THEME, launch.add_launch_menu),
]


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Take the last steps of a build; if it has failed, state the causes."""
    if exception is None and app.builder.name == "html":
        finish_site(app)
    failures.exit_with_causes(app, exception)


def finish_site(app: Sphinx) -> None:
    """Make what is derived from pages, if one was rendered, and the zip.

    Nothing is made of a site with a warning, which fails the build.
    """
    of_pages = [
        stylesheet.write_stylesheet,
        notebooks.write_notebooks,
        handouts.write,
        gift.write,
        slides.write,
    ]
    steps = [
        *(of_pages if state.get_build(app).stylesheets else []),
        *([downloads.make_zip] if downloads.is_requested() else []),
        failures.list_false_findings,
        failures.mark_finished,
    ]
    for step in steps:
        if not app._warncount:
            step(app)


def setup(app: Sphinx) -> dict[str, Any]:
    """Begin a build, and connect its steps."""
    kernels.set_environment(Path(app.srcdir))
    state.begin_build(app)
    failures.mark_unfinished(app)
    hooks.collect_warnings(app)
    hooks.encrypt_connections()
    hooks.compare_code_alone()
    hooks.find_modules_in(Path(app.srcdir))
    app.add_html_math_renderer("temml", *mathematics.VISITORS)
    app.add_directive("same-equation", equation_links.SameEquation)
    app.add_directive("equation-code", equation_links.EquationCode)
    app.add_directive("times", reading_time.Times)
    app.add_role("lab-file", handouts.LabFile())
    app.config.template_bridge = "chapter.theme.rendering.Templates"
    # All pages are written again when one of these has changed: the static
    # files, the titles and the order of the pages, the entry for the zip.
    static_key = state.folder_key(Path(app.srcdir, "book", "_static"))
    navigation_key = state.navigation_key(Path(app.srcdir))
    zip_file = Path(app.outdir, downloads.ZIP)
    has_zip = downloads.is_requested() or zip_file.exists()
    app.add_config_value("static_key", static_key, "html", str)
    app.add_config_value("navigation_key", navigation_key, "html", str)
    app.add_config_value("has_zip", has_zip, "html", bool)
    for event, priority, step in STEPS:
        app.connect(event, step, priority)
    app.connect("build-finished", finish, LAST)
    coursework = Path(app.srcdir, "coursework")  # makes the files of the lab
    return {
        # All pages are read again when the extension has changed.
        "env_version": int(state.folder_key(state.EXTENSION, coursework), 16),
        "parallel_read_safe": False,  # the steps share their state
        "parallel_write_safe": False,
    }
