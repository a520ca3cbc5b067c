"""Browser tabs that block requests to other hosts, and record errors."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, Route

# How many pixels a page is wider than its window.
WIDER = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth - clientWidth;
}"""


class Watched(NamedTuple):
    """A browser context, its requests to other hosts, and its errors."""

    context: BrowserContext
    outside: list[str]
    errors: list[str]


@contextmanager
def watched(
    browser: Browser,
    address: str,
    width: int = 1280,
    scheme: str = "light",
    kinds: Collection[str] = ("error", "warning"),
    **options: object,
) -> Iterator[Watched]:
    """Make a context that can load nothing but the site at ``address``.

    ``kinds`` are the messages of the console that count as errors.
    """
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

        def record(message: object) -> None:
            if message.type in kinds:
                errors.append(f"{message.page.url}: {message.text}")

        context.route("**/*", guard)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", record)
        yield Watched(context, outside, errors)


def go(tab: Page, url: str) -> None:
    """Open a page, and wait until it and its fonts have loaded."""
    tab.goto(url, wait_until="load")
    tab.evaluate("document.fonts.ready.then(() => null)")
