"""How valid, accessible and light the built site is.

    make book
    .venv/bin/python -m benchmarks.light

prints, for each page, the errors of the Nu HTML checker, the violations
that axe finds in light and dark at two widths, and Lighthouse's scores on a
phone and a desktop. It needs npm, node, java, and Chromium. Name pages, such
as ``book/training``, to look at these alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "book" / "_ext")]
from shared.checkers import (  # noqa: E402
    CHROMIUM,
    FLAGS,
    axe_violations,
    html_errors,
    install_tools,
    page_names,
    served,
    tool,
)
from shared.tabs import go, watched  # noqa: E402

SITE = ROOT / "_build" / "html"
LIGHTHOUSE = "lighthouse@12.2.3"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]


def lighthouse(url: str, *options: str) -> dict[str, int]:
    """Return Lighthouse's scores of a page, out of 100."""
    result = subprocess.run(
        ["node", tool("lighthouse/cli/index.js"), url,
         "--quiet", "--output=json", "--output-path=stdout",
         f"--only-categories={','.join(CATEGORIES)}",
         f"--chrome-flags=--headless=new {' '.join(FLAGS)}", *options],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    found = json.loads(result.stdout)["categories"]
    return {key: round(100 * found[key]["score"]) for key in CATEGORIES}


def pages_named(names: list[str]) -> list[str]:
    """Return the files of the pages named, or of all; refuse others."""
    pages = page_names(SITE)
    wanted = [f"{name.removesuffix('.html')}.html" for name in names]
    for name, page in zip(names, wanted, strict=True):
        if page not in pages:
            sys.exit(f"no page is named {name}: there are {', '.join(pages)}")
    return wanted or pages


def print_violations(address: str, pages: list[str]) -> None:
    """Print how often axe objects, in two schemes at two widths."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS
        )
        for scheme in ("light", "dark"):
            for width in (390, 1280):
                found = violations(browser, address, pages, scheme, width)
                print(f"axe, {scheme}, {width} px: {len(found)}", *found)
        browser.close()


def violations(
    browser: Browser, address: str, pages: list[str], scheme: str, width: int
) -> list[str]:
    """Return what axe objects to in one scheme, at one width."""
    found = []
    with watched(browser, address, width, scheme) as watch:
        tab = watch.context.new_page()
        for page in pages:
            go(tab, f"{address}/{page}")
            found += [f"{page}: {line}" for line in axe_violations(tab)]
    return found


def print_scores(address: str, pages: list[str]) -> None:
    """Print Lighthouse's scores, on a phone and a desktop."""
    print(f"\n{LIGHTHOUSE:32}{'mobile':>22}{'desktop':>22}")
    print(f"{'':32}" + f"{'perf':>7}{'a11y':>5}{'bp':>5}{'seo':>5}" * 2)
    for page in pages:
        mobile = lighthouse(f"{address}/{page}")
        desktop = lighthouse(f"{address}/{page}", "--preset=desktop")
        print(f"{page:32}", end="")
        for scores in (mobile, desktop):
            perf, *others = scores.values()
            print(f"{perf:7}", *(f"{s:4}" for s in others), end="")
        print(flush=True)


def main() -> None:
    """Check the pages named, or all; print a line for each."""
    if not SITE.is_dir():
        sys.exit("There is no site yet: run make book.")
    pages = pages_named(sys.argv[1:])
    if None in (CHROMIUM, *map(shutil.which, ["npm", "node", "java"])):
        sys.exit("This needs Chromium, npm, node, and java.")
    install_tools(LIGHTHOUSE)
    errors = html_errors([SITE / page for page in pages])
    print(f"Nu HTML checker: {len(errors)} errors on {len(pages)} pages")
    with served(SITE) as address:
        print_violations(address, pages)
        print_scores(address, pages)


if __name__ == "__main__":
    main()
