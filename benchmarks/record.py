"""Recorded runs: results that a build cannot pay for, kept as data.

A script of this folder makes its record, a page of the book shows it and
says that it is recorded, and a test checks that the two agree.
"""

import json
import os
import platform
import subprocess
from datetime import date
from pathlib import Path

import torch

KEYS = {"script", "date", "commit", "machine", "versions", "seeds", "results"}


def write(script: str, seeds: list[int], results: dict) -> None:
    """Write the record of a script beside it, under the same name."""
    file = Path(script).with_suffix(".json")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=True, cwd=file.parent,
    )  # fmt: skip
    record = {
        "script": f"benchmarks/{Path(script).name}",
        "date": date.today().isoformat(),
        "commit": commit.stdout.strip(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),
        },
        "seeds": seeds,
        "results": results,
    }
    file.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
