"""The browser that prints the PDF, and that the tests look with."""

import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"]
USUAL = [  # where it is if no path leads to it
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]


def find() -> str | None:
    """Return the path of Chromium or the like, None if there is none."""
    return next(filter(None, map(shutil.which, [*NAMES, *USUAL])), None)
