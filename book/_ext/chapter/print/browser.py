"""The browser that prints the PDF, and runs the tests of the site."""

import shutil

COMMANDS = ["chromium", "chromium-browser", "google-chrome", "chrome"]
PLACES = [  # where it is installed if it is no command
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]


def find_browser() -> str | None:
    """Return the path of Chromium or a similar browser, if there is one."""
    return next(filter(None, map(shutil.which, [*COMMANDS, *PLACES])), None)
