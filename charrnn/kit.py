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
JUDGES = ("clipping", "data", "network", "training", "words", "writing")
PROBES_ALONE = '''"""What calls attempts; the grader judges them elsewhere."""


def check(name: str, *attempt: object) -> None:
    """Check nothing here."""
'''


def pack(*, judges: bool = True) -> bytes:
    """Return the kit as a zip, the same bytes for the same sources.

    Without ``judges``, it calls attempts and cannot tell which are right.
    """
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(sources(judges).items()):
            file = zipfile.ZipInfo(f"charrnn/{name}")  # of a fixed date
            file.compress_type = zipfile.ZIP_DEFLATED
            file.create_system = 3  # that of Unix, wherever it is packed
            file.external_attr = 0o644 << 16
            archive.writestr(file, text)
    return kept.getvalue()


def sources(judges: bool) -> dict[str, str]:
    """Return the text of each file of the kit, by its place within."""
    checks = set((PACKAGE / "checks").glob("*.py"))
    checks.discard(PACKAGE / "checks" / "mistakes.py")  # almost solutions
    files = [*(PACKAGE / part for part in PARTS), *checks]
    found = {
        file.relative_to(PACKAGE).as_posix(): file.read_text("utf-8")
        for file in files
    }
    if not judges:
        for name in JUDGES:
            del found[f"checks/{name}.py"]
        found["checks/__init__.py"] = PROBES_ALONE
    return {"__init__.py": START} | found
