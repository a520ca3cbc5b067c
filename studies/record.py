"""Records: the results of a study, kept as JSON for a page to show.

At the commits that older records name, the scripts were in the folders
``experiments`` and ``benchmarks``.
"""

import json
import os
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[1]
DECIDING = (
    "charrnn", "bookkit", "widgets", "studies/*.py", "book/*.md", "book/*.py",
)  # fmt: skip


def git(*arguments: str) -> str:
    """Return what git prints in the root of the project."""
    result = subprocess.run(
        ["git", *arguments], cwd=ROOT,
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return result.stdout.strip()


def describe_machine() -> str:
    """Return the processor, its instructions, and the number of cores."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    found = re.search(r"model name\s*:\s*(.*)", text)
    processor = found[1].strip() if found else platform.processor()
    instructions = torch.backends.cpu.get_cpu_capability()
    return (
        f"{processor} with {instructions}, {platform.machine()}, "
        f"{os.cpu_count()} cores"
    )


def write(script: str, seeds: list[int], results: dict[str, Any]) -> None:
    """Write the record of a script beside it, and print it.

    Exits if code that may decide the results is not committed.
    """
    path = Path(script).resolve().relative_to(ROOT)
    file = ROOT / path.with_suffix(".json")
    if changed := git("status", "--porcelain", "--", *DECIDING):
        sys.exit(f"A record names a commit, so commit these first:\n{changed}")
    record = {
        "script": path.as_posix(),
        "date": date.today().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD"),
        "machine": describe_machine(),
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),
        },
        "seeds": seeds,
        "results": results,
    }
    text = json.dumps(record, indent=2)
    file.write_text(text + "\n", "utf-8")
    print(f"\n{file.name}\n{text}")
