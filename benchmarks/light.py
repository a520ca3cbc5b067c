"""How valid, accessible and light the built site is.

    make book
    .venv/bin/python benchmarks/light.py

prints, for each page, the errors of the Nu HTML checker, the violations
that axe finds in light and dark at two widths, and Lighthouse's scores on a
phone and a desktop. It needs npm, node, java, and Chromium. Name pages to
look at these alone.
"""

import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "book" / "_ext"))
import chromium  # noqa: E402

SITE = ROOT / "_build" / "html"
TOOLS = ROOT / "_build" / "checkers"
PACKAGES = ["lighthouse@12.2.3", "axe-core@4.14.1", "vnu-jar@26.9.27"]
CHROMIUM = chromium.find()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files compressed, as a host of static pages does."""

    protocol_version = "HTTP/1.1"
    compressed = (".html", ".css", ".js", ".svg", ".json")

    def do_GET(self) -> None:  # noqa: N802
        """Send a file, by gzip if that helps."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in self.compressed or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on loopback; give its address."""
    handler = functools.partial(Handler, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page_names(site: Path) -> list[str]:
    """Return the addresses of all pages within the site."""
    files = (f for f in site.rglob("*.html") if "_static" not in f.parts)
    return sorted(file.relative_to(site).as_posix() for file in files)


def install_tools() -> None:
    """Fetch the checkers, in the versions named here."""
    stamp = TOOLS / "installed.json"
    if stamp.exists() and json.loads(stamp.read_text("utf-8")) == PACKAGES:
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
         "--prefix", str(TOOLS), *PACKAGES],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    stamp.write_text(json.dumps(PACKAGES), "utf-8")


def html_errors(files: list[Path]) -> list[dict]:
    """Return what the Nu HTML checker calls an error."""
    jar = TOOLS / "node_modules/vnu-jar/build/dist/vnu.jar"
    result = subprocess.run(
        ["java", "-jar", jar, "--errors-only", "--format", "json", *files],
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(result.stderr)["messages"]


def axe_violations(
    browser: Browser, address: str, pages: list[str], scheme: str, width: int
) -> list[str]:
    """Return what axe objects to, as page, rule, and element."""
    axe = TOOLS / "node_modules/axe-core/axe.min.js"
    found = []
    with browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    ) as context:
        tab = context.new_page()
        for page in pages:
            tab.goto(f"{address}/{page}", wait_until="networkidle")
            tab.evaluate(axe.read_text("utf-8"))
            for violation in tab.evaluate("axe.run()")["violations"]:
                for node in violation["nodes"]:
                    found.append(
                        f"{page} {scheme} {width}: {violation['id']}: "
                        f"{node['html'][:200]}"
                    )
    return found


def lighthouse(url: str, *options: str) -> dict[str, int]:
    """Return Lighthouse's scores of a page, out of 100."""
    result = subprocess.run(
        ["node", TOOLS / "node_modules/lighthouse/cli/index.js", url,
         "--quiet", "--output=json", "--output-path=stdout",
         f"--only-categories={','.join(CATEGORIES)}",
         f"--chrome-flags=--headless=new {' '.join(FLAGS)}", *options],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    found = json.loads(result.stdout)["categories"]
    return {key: round(100 * found[key]["score"]) for key in CATEGORIES}


def main() -> None:
    """Check the pages named, or all; print a line for each."""
    if None in (CHROMIUM, *map(shutil.which, ["npm", "node", "java"])):
        sys.exit("This needs Chromium, npm, node, and java.")
    install_tools()
    # The first page only leads to another.
    pages = sys.argv[1:] or [p for p in page_names(SITE) if p != "index.html"]
    errors = html_errors([SITE / page for page in pages])
    print(f"Nu HTML checker: {len(errors)} errors on {len(pages)} pages")
    with served(SITE) as address:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=FLAGS
            )
            for scheme in ("light", "dark"):
                for width in (390, 1280):
                    found = axe_violations(
                        browser, address, pages, scheme, width
                    )
                    print(f"axe, {scheme}, {width} px: {len(found)}", *found)
            browser.close()
        print(f"\n{PACKAGES[0]:32}{'mobile':>22}{'desktop':>22}")
        print(f"{'':32}" + f"{'perf':>7}{'a11y':>5}{'bp':>5}{'seo':>5}" * 2)
        for page in pages:
            mobile = lighthouse(f"{address}/{page}")
            desktop = lighthouse(f"{address}/{page}", "--preset=desktop")
            print(f"{page:32}", end="")
            for scores in (mobile, desktop):
                perf, *others = scores.values()
                print(f"{perf:7}", *(f"{s:4}" for s in others), end="")
            print(flush=True)


if __name__ == "__main__":
    main()
