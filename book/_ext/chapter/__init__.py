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

from chapter import checkout, hooks, keys, state
from chapter.directives import (
    equation_links,
    exercise_table,
    literal,
    reading_time,
    source_links,
)
from chapter.execution import cache, kernels, outputs, pages, trainings
from chapter.export import downloads, handouts, launch, notebooks
from chapter.print import pdf
from chapter.strictness import failures, findings, outside_links
from chapter.theme import mathematics, patches, stylesheet

BEFORE_VIEWCODE, USUAL, AFTER_THEME, LAST = 100, 500, 510, 1000  # priorities

STEPS: list[tuple[str, int, Callable[..., Any]]] = [
    # The settings are known: find what they stand for.
    ("config-inited", USUAL, cache.place),
    ("config-inited", USUAL, launch.find_repository),
    ("builder-inited", USUAL, equation_links.read_entries),
    # It is known which pages are to be read: train what they need meanwhile.
    ("env-before-read-docs", USUAL, trainings.start),
    # A page has been executed, if need be, and read.
    ("doctree-read", USUAL, pages.note_glue),
    ("doctree-read", USUAL, pages.note_read),
    ("doctree-read", USUAL, failures.require_alt_text),
    ("doctree-read", USUAL, equation_links.mark_equations),
    ("doctree-read", USUAL, reading_time.fill),
    ("doctree-read", USUAL, exercise_table.note),
    ("env-updated", USUAL, exercise_table.renew),
    # A page is about to be written; then patches.Templates renders it, and
    # previews.write copies what links to its parts show.
    ("doctree-resolved", USUAL, exercise_table.fill),
    ("doctree-resolved", USUAL, handouts.fill),
    ("html-page-context", USUAL, equation_links.link_comments),
    ("html-page-context", USUAL, source_links.link_files),
    ("html-page-context", AFTER_THEME, downloads.offer),
    ("html-page-context", AFTER_THEME, launch.offer),
    ("html-collect-pages", BEFORE_VIEWCODE, patches.renew_listings),
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
    failures.state_causes(app, exception)


def finish_site(app: Sphinx) -> None:
    """Check what was written, and make of it what is offered.

    All mistakes are found before the build fails. Nothing is made of pages
    that have some.
    """
    patches.remove_old_pages(app)
    outputs.complete(app)
    failures.refuse_stderr(app)
    failures.check_images(app)
    stylesheet.make(app)
    made = [pdf.make, downloads.pack] if downloads.are_made() else []
    last = [
        notebooks.write, handouts.write, *made, findings.list_false_findings,
        failures.end,
    ]  # fmt: skip
    for step in last:
        if not app._warncount:
            step(app)


def setup(app: Sphinx) -> dict[str, Any]:
    """Begin a build, and say what is to be done when."""
    kernels.set_environment(Path(app.srcdir))
    cache.begin(app)
    failures.begin(app)
    hooks.collect_warnings(app)
    hooks.encrypt_connections()
    hooks.find_modules_in(checkout.ROOT)
    hooks.execute_by(partial(pages.execute, app))
    app.add_html_math_renderer("temml", *mathematics.VISITORS)
    app.add_directive("same-equation", equation_links.SameEquation)
    app.add_directive("equation-code", equation_links.EquationCode)
    app.add_directive("times", reading_time.Times)
    app.add_directive("exercises", exercise_table.Exercises)
    app.add_role("given", literal.Given())
    app.add_role("lab-file", handouts.Offer())
    app.config.template_bridge = "chapter.theme.patches.Templates"
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
