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
            url = message.page.url
            # The inspector, which typefaces asks, reads the page once more.
            again = f"Unsafe attempt to load URL {url} from frame with URL "
            if message.text.startswith(again):
                return
            if message.type in ("error", "warning"):
                errors.append(f"{url}: {message.text}")

        context.route("**/*", guard)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", note)
        yield Watched(context, outside, errors)


def go(tab: Page, url: str) -> None:
    """Open a page; return once it has loaded and its fonts are there."""
    tab.goto(url, wait_until="load")
    tab.evaluate("document.fonts.ready.then(() => null)")


def loaded_fonts(tab: Page) -> set[str]:
    """Return the families of which the page has loaded a font."""
    names = tab.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded')"
        ".map(f => f.family)"
    )
    return {name.strip('"') for name in names}


def typefaces(tab: Page, selector: str) -> set[str]:
    """Return the families that the text of an element is drawn with."""
    inspector = tab.context.new_cdp_session(tab)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument")["root"]["nodeId"]
    query = {"nodeId": root, "selector": selector}
    node = inspector.send("DOM.querySelector", query)["nodeId"]
    used = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})
    inspector.detach()
    return {font["familyName"] for font in used["fonts"]}
