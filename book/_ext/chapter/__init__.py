"""The build of the chapter: what our Sphinx extension adds to Jupyter Book.

This is the story of a build. The folders hold its parts: pages are executed,
written, checked, and offered to run and to read; and printed. Three modules
serve all of them: ``state`` is what the steps share, ``keys`` tell what is
still good from before, and ``hooks`` are the reaches into libraries.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from chapter import hooks, keys, state
from chapter.check import findings, outside_links, strictness
from chapter.execute import cache, kernels, outputs, pages, trainings
from chapter.offer import downloads, lab, launch, notebooks
from chapter.page import (
    assets,
    exercises,
    given,
    listings,
    mathematics,
    templates,
    times,
    traces,
)
from chapter.print import pdf

BEFORE_VIEWCODE, USUAL, AFTER_THEME, LAST = 100, 500, 510, 1000  # priorities

STEPS: list[tuple[str, int, Callable[..., Any]]] = [
    # The settings are known: find what they stand for.
    ("config-inited", USUAL, cache.place),
    ("config-inited", USUAL, launch.find_repository),
    ("builder-inited", USUAL, traces.read_entries),
    # It is known which pages are to be read: train what they need meanwhile.
    ("env-before-read-docs", USUAL, trainings.start),
    # A page has been executed, if need be, and read.
    ("doctree-read", USUAL, pages.note_glue),
    ("doctree-read", USUAL, pages.note_read),
    ("doctree-read", USUAL, strictness.require_alt_text),
    ("doctree-read", USUAL, traces.mark_equations),
    ("doctree-read", USUAL, times.fill),
    ("doctree-read", USUAL, exercises.note),
    ("env-updated", USUAL, exercises.renew),
    # A page is about to be written; then templates.Templates renders it, and
    # previews.write copies what links to its parts show.
    ("doctree-resolved", USUAL, exercises.fill),
    ("doctree-resolved", USUAL, lab.fill),
    ("html-page-context", USUAL, traces.link_comments),
    ("html-page-context", USUAL, listings.link_files),
    ("html-page-context", AFTER_THEME, downloads.offer),
    ("html-page-context", AFTER_THEME, launch.offer),
    ("html-collect-pages", BEFORE_VIEWCODE, templates.renew_listings),
]


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Take the last steps of a build, whatever has come of it."""
    mathematics.stop(app)
    try:
        if exception is None and app.builder.name == "linkcheck":
            outside_links.explain(app)
        if exception is None and app.builder.name == "html":
            finish_site(app)
    except hooks.Broken as error:
        exception = error
    state.of(app).turn.release()
    strictness.state_causes(app, exception)


def finish_site(app: Sphinx) -> None:
    """Check what was written, and make of it what is offered.

    All mistakes are found before the build fails. Nothing is made of pages
    that have some.
    """
    templates.remove_old_pages(app)
    outputs.complete(app)
    strictness.refuse_stderr(app)
    strictness.check_images(app)
    assets.make(app)
    made = [pdf.make, downloads.pack] if downloads.are_made() else []
    last = [
        notebooks.write, lab.write, *made, findings.list_false_findings,
        strictness.end,
    ]  # fmt: skip
    for step in last:
        if not app._warncount:
            step(app)


def setup(app: Sphinx) -> dict[str, Any]:
    """Begin a build, and say what is to be done when."""
    kernels.use_this_checkout(Path(app.srcdir))
    kernels.prepare(Path(app.srcdir, "_build"))
    cache.begin(app)
    strictness.begin(app)
    hooks.collect_warnings(app)
    hooks.encrypt_connections()
    hooks.find_modules_in(Path(app.srcdir))
    hooks.execute_by(partial(pages.execute, app))
    app.add_html_math_renderer("temml", *mathematics.VISITORS)
    app.add_directive("same-equation", traces.SameEquation)
    app.add_directive("equation-code", traces.EquationCode)
    app.add_directive("times", times.Times)
    app.add_directive("exercises", exercises.Exercises)
    app.add_role("given", given.Given())
    app.add_role("lab-file", lab.Offer())
    app.config.template_bridge = "chapter.page.templates.Templates"
    rewritten_for = {  # all pages are written again when one of these changes
        "static_state": keys.of_folder(Path(app.srcdir, "book", "_static")),
        "downloads": downloads.offered(Path(app.outdir)),
    }
    for name, value in rewritten_for.items():
        app.add_config_value(name, value, "html", str)
    for event, priority, step in STEPS:
        app.connect(event, step, priority)
    app.connect("build-finished", finish, LAST)
    return {
        "env_version": int(keys.of_extension(), 16),
        "parallel_read_safe": False,  # the steps share their state
        "parallel_write_safe": False,
    }
