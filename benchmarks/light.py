"""How valid, accessible and light the built site is.

    make book
    .venv/bin/python -m benchmarks.light

prints, for each page, the errors of the Nu HTML checker, the violations
that axe finds in light and dark at two widths, its elements and kilobytes, and
Lighthouse's scores. They are the medians of three runs: on a phone, compressed
and as the files are, and on a desktop. Other work on the machine lowers them,
so its load is printed too. It needs npm, node, java, and Chromium. Name pages,
such as ``book/training``, to look at these alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "book" / "_ext")]
from shared.checkers import (  # noqa: E402
    CHROMIUM,
    FLAGS,
    PlainHandler,
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
RUNS = 3
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]


def median_scores(url: str, *options: str) -> dict[str, int]:
    """Return the median of each score in three runs."""
    runs = [lighthouse(url, *options) for _ in range(RUNS)]
    return {key: int(median(run[key] for run in runs)) for key in CATEGORIES}


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


def print_scores(address: str, plain: str, pages: list[str]) -> None:
    """Print what pages weigh, and their scores on a phone and a desktop."""
    print(f"\n{LIGHTHOUSE}, load {os.getloadavg()[0]:.1f}")
    print(f"{'':32}{'':>14}{'mobile':>22}{'plain':>7}{'desktop':>22}")
    scores = f"{'perf':>7}{'a11y':>5}{'bp':>5}{'seo':>5}"
    print(f"{'':32}{'elem.':>7}{'kB':>7}{scores}{'perf':>7}{scores}")
    for page in pages:
        elements, size = weight(page)
        mobile = median_scores(f"{address}/{page}")
        bare = median_scores(f"{plain}/{page}")
        desktop = median_scores(f"{address}/{page}", "--preset=desktop")
        print(f"{page:32}{elements:7}{size / 1000:7.0f}", end="")
        print(in_columns(mobile), f"{bare['performance']:6}", end="")
        print(in_columns(desktop), flush=True)


def weight(page: str) -> tuple[int, int]:
    """Return the number of elements of a page, and its bytes."""
    data = (SITE / page).read_bytes()
    return len(BeautifulSoup(data, "html.parser").find_all(True)), len(data)


def in_columns(scores: dict[str, int]) -> str:
    """Return scores as they are printed."""
    performance, *others = scores.values()
    return f"{performance:7}" + "".join(f"{score:5}" for score in others)


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
    with served(SITE) as address, served(SITE, PlainHandler) as plain:
        print_violations(address, pages)
        print_scores(address, plain, pages)


if __name__ == "__main__":
    main()
