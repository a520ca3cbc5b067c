"""Two checkers of others, axe and Nu, and a server of the built site."""

import functools
import gzip
import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chapter.print import browser
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]

SITE = ROOT / "_build" / "html"
TOOLS = ROOT / "_build" / "checkers"
PACKAGES = ["lighthouse@12.2.3", "axe-core@4.14.1", "vnu-jar@26.9.27"]
CHROMIUM = browser.find()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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
