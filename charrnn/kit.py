"""The kit: what a handout carries with it, so that its checks can run.

It is a small package that is named ``charrnn`` too. It reads the novel and
holds the checks, and solves nothing.
"""

import io
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).parent
PARTS = ("interface.py", "corpus.py", "arithmetic.py", "history.py")
START = '''"""What the lab needs: the novel, the history, and the checks."""

from charrnn.checks import check
from charrnn.corpus import Vocab, load_data_time_machine
from charrnn.history import History

__all__ = ["History", "Vocab", "check", "load_data_time_machine"]
'''


def pack() -> bytes:
    """Return the kit as a zip."""
    checks = set(PACKAGE.glob("checks/*.py"))
    checks.remove(PACKAGE / "checks" / "mistakes.py")  # almost solutions
    files = sorted([*(PACKAGE / part for part in PARTS), *checks])
    sources = {"__init__.py": START} | {
        file.relative_to(PACKAGE).as_posix(): file.read_text("utf-8")
        for file in files
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in sources.items():  # a ZipInfo has a fixed date
            file = zipfile.ZipInfo(f"charrnn/{name}")
            archive.writestr(file, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
