"""How the HTML of a page is finished before Sphinx writes it."""

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.ext import viewcode
from sphinx.jinja2glue import BuiltinTemplateLoader

from chapter import state
from chapter.markup import parse
from chapter.theme import lazy_scripts, patches, pictures, previews


class Templates(BuiltinTemplateLoader):
    """Render pages by Sphinx's templates, and change the result."""

    def init(self, builder: Builder, *args: Any, **options: Any) -> None:
        """Prepare for a build."""
        super().init(builder, *args, **options)
        self.builder = builder

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Return a page, ready to be written."""
        text = super().render(template, context)
        if not text.lstrip().startswith("<!DOCTYPE html>"):
            return text
        build, name = state.get_build(self.builder.app), context["pagename"]
        build.pages_rendered.add(name)
        page = parse(patches.prepare_listings(text))
        site = Path(self.builder.outdir)
        patches.join_stylesheets(page, build)
        patches.remove_unused_scripts(page, name)
        pictures.prepare_images(page, self.builder)
        patches.apply_patches(page)
        lazy_scripts.extract_scripts(page, site)
        if name in self.builder.env.found_docs:
            previews.write_previews(page, site / f"{name}.js")
        return str(page)


def remove_old_listings(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Remove the listings of modules when all pages are rendered again.

    Sphinx renders a listing again only if its module has changed, although
    it shows the contents of the book too.
    """
    if app.env.found_docs <= state.get_build(app).pages_rendered:
        listings = Path(app.outdir, viewcode.OUTPUT_DIRNAME)
        shutil.rmtree(listings, ignore_errors=True)
    return []


def remove_old_pages(app: Sphinx) -> None:
    """Remove pages from the site whose source is gone."""
    sources = Path(app.outdir, "_sources")
    for file in sources.rglob("*.md"):
        name = file.relative_to(sources).with_suffix("").as_posix()
        if name not in app.env.found_docs:
            file.unlink()
            for suffix in (".html", ".js"):
                Path(app.outdir, name + suffix).unlink(missing_ok=True)
