"""Train the networks that pages need, before the first page runs."""

import os
import subprocess
import sys
from pathlib import Path

from sphinx.errors import ExtensionError


def train_missing(root: Path) -> None:
    """Train what is not on disk yet, several networks at a time.

    Raises ExtensionError if that fails.
    """
    result = subprocess.run(
        [sys.executable, "-m", "bookkit.train"],
        cwd=root,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    if result.returncode:
        raise ExtensionError("a network could not be trained, see above")
