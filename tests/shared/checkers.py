"""The checkers that npm installs, and a server of the built site."""

import functools
import gzip
import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chapter.print import browser
from filelock import FileLock
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]

SITE = ROOT / "_build" / "html"
WIDGETS = ROOT / "widgets"  # whose package.json lists the checkers
CHROMIUM = browser.find()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files compressed, as a host of static pages does."""

    protocol_version = "HTTP/1.1"
    compressed: tuple[str, ...] = (".html", ".css", ".js", ".svg", ".json")

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


class PlainHandler(Handler):
    """Serve files as they are, as a host does that compresses nothing."""

    compressed = ()


@contextmanager
def served(site: Path, handler: type[Handler] = Handler) -> Iterator[str]:
    """Serve a site on loopback; give its address."""
    handler = functools.partial(handler, directory=site)
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


class Unavailable(Exception):
    """Say what the checkers lack: npm, or a network."""


def install_tools() -> None:
    """Install the checkers, in the versions of package.json.

    Raises Unavailable without npm, or if it cannot fetch them.
    """
    wanted = (WIDGETS / "package.json").read_text("utf-8")
    stamp = WIDGETS / "node_modules" / "installed.json"
    stamp.parent.mkdir(exist_ok=True)
    with FileLock(stamp.with_suffix(".lock")):  # tests run side by side
        if stamp.exists() and stamp.read_text("utf-8") == wanted:
            return
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("npm")
        if subprocess.run(
            [npm, "install", "--silent"], cwd=WIDGETS
        ).returncode:
            raise Unavailable("a network")
        stamp.write_text(wanted, "utf-8")


def tool(path: str) -> Path:
    """Return a file of a package that was installed."""
    return WIDGETS / "node_modules" / path


def html_errors(files: list[Path]) -> list[dict]:
    """Return what the Nu HTML checker calls an error."""
    result = subprocess.run(
        ["java", "-jar", tool("vnu-jar/build/dist/vnu.jar"),
         "--errors-only", "--format", "json", *files],
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(result.stderr)["messages"]


# Of what passes, axe need not tell. It may not read a stylesheet of a disk.
VIOLATIONS = """axe.run({
  resultTypes: ["violations"],
  preload: location.protocol !== "file:",
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)))"""


def axe_violations(tab: Page) -> list[str]:
    """Return what axe objects to on a page, as rule and element."""
    tab.evaluate(tool("axe-core/axe.min.js").read_text("utf-8"))
    return tab.evaluate(VIOLATIONS)
