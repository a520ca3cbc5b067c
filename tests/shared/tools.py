"""Programs that tests need, and are skipped or fail without."""

import os
import shutil

import pytest

BROWSERS = [
    "chromium", "chromium-browser", "google-chrome", "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]  # fmt: skip


def need(tool, reason):
    """Skip a test whose tool is missing, but fail in CI."""
    message = f"{tool} is needed {reason}: install it"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def find_browser():
    """Return the path of Chromium or Chrome, if there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
