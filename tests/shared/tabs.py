"""Tabs that let no request out, and note what goes wrong on a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, Route


class Watched(NamedTuple):
    """Hold a context, what it asked of elsewhere, and what went wrong."""

    context: BrowserContext
    outside: list[str]
    errors: list[str]


@contextmanager
def watched(
    browser: Browser,
    address: str,
    width: int = 1280,
    scheme: str = "light",
    **options: object,
) -> Iterator[Watched]:
    """Make a context that reads nothing but the site at ``address``."""
    viewport = {"width": width, "height": 900}
    with browser.new_context(
        color_scheme=scheme, viewport=viewport, **options
    ) as context:
        outside, errors = [], []

        def guard(route: Route) -> None:
            url = route.request.url
            if url.startswith((f"{address}/", "data:", "blob:")):
                return route.continue_()
            outside.append(url)
            route.abort()

        def note(message: object) -> None:
            if message.type in ("error", "warning"):
                errors.append(f"{message.page.url}: {message.text}")

        context.route("**/*", guard)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", note)
        yield Watched(context, outside, errors)


def go(tab: Page, url: str) -> None:
    """Open a page; return once it has loaded and its fonts are there."""
    tab.goto(url, wait_until="load")
    tab.evaluate("document.fonts.ready.then(() => null)")
