"""How much of the height of each page is code, and what is it besides.

    make book
    .venv/bin/python -m benchmarks.heights

prints, for each page on a desktop, its height in pixels, and the shares of
it that code takes, what cells print as text, both, figures, and tables. What
is folded takes no height. Listings of modules, which are all code, are left
out.
"""

import sys

from playwright.sync_api import Page, sync_playwright

from benchmarks.light import CHROMIUM, FLAGS, SITE, go, page_names, served
from experiments import run

WINDOW = {"width": 1280, "height": 900}
KINDS = {  # by selectors, none of which selects what another does
    "code": "pre:not(.output pre)",
    "printed": ".output pre",
    "figures": "figure",
    "tables": "table:not(figure table)",
}
HEIGHT = """(elements) => elements
  .filter((element) => element.checkVisibility())
  .reduce((sum, { offsetHeight }) => sum + offsetHeight, 0)"""


def heights(tab: Page) -> dict[str, float]:
    """Return the height of a page, and the share of it that each kind has."""
    whole = float(tab.eval_on_selector_all("article", HEIGHT))
    shares = {
        kind: tab.eval_on_selector_all(f"article :is({selector})", HEIGHT)
        for kind, selector in KINDS.items()
    }
    return {"height": whole} | {k: s / whole for k, s in shares.items()}


def line(page: str, found: dict[str, float]) -> str:
    """Return what is known of a page as a line of the table."""
    both = found["code"] + found["printed"]
    shares = (found["code"], found["printed"], both)
    others = (found["figures"], found["tables"])
    cells = "".join(f"{share:9.1%}" for share in (*shares, *others))
    return f"{page:28}{found['height']:9,.0f}{cells}"


def main() -> None:
    """Measure the pages that show code."""
    run.take_no_arguments(__doc__)
    if not SITE.is_dir() or CHROMIUM is None:
        sys.exit("This needs Chromium, and the site: run make book.")
    names = ("height", "code", "printed", "both", "figures", "tables")
    print(f"{'page':28}" + "".join(f"{name:>9}" for name in names))
    both = []
    with served(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS
        )
        tab = browser.new_page(viewport=WINDOW)
        for page in page_names(SITE):
            go(tab, f"{address}/{page}")
            if tab.locator("article pre").count() and "_modules" not in page:
                found = heights(tab)
                both.append(found["code"] + found["printed"])
                print(line(page, found), flush=True)
        browser.close()
    print(f"code and what is printed: {min(both):.0%} to {max(both):.0%}")


if __name__ == "__main__":
    main()
