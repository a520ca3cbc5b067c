"""How the HTML of a page is finished before Sphinx writes it."""

from pathlib import Path
from typing import Any

from sphinx.builders import Builder
from sphinx.jinja2glue import BuiltinTemplateLoader

from chapter import state
from chapter.markup import parse
from chapter.theme import (
    lazy_scripts,
    patches,
    pictures,
    previews,
    stylesheet,
)


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
        page = parse(patches.prepare_listings(text))
        site = Path(self.builder.outdir)
        stylesheet.join_stylesheets(page, build)
        patches.remove_unused_scripts(page, name)
        pictures.prepare_images(page, self.builder)
        patches.apply_patches(page)
        lazy_scripts.extract_scripts(page, site)
        if name in self.builder.env.found_docs:
            previews.write_previews(page, site / f"{name}.js")
        return str(page)
