"""Measure how long it takes to import the package, after PyTorch.

    .venv/bin/python -m studies.imports

writes studies/imports.json, which the page of records shows. Each
import has a process of its own.
"""

import subprocess
import sys

from studies import record, run
from studies.timing import quartiles

SEEDS = []
NUM_ROUNDS = 15
CODE = """
import time
start = time.perf_counter()
import torch
middle = time.perf_counter()
import charrnn
print(middle - start, time.perf_counter() - middle)
"""


def main() -> None:
    """Measure some rounds, after one to warm up, and write the record."""
    run.take_no_arguments(__doc__)
    rounds = [measure() for _ in range(NUM_ROUNDS + 1)][1:]
    names = "torch", "charrnn, after it"
    seconds = {
        name: quartiles(values)
        for name, values in zip(names, zip(*rounds, strict=True), strict=True)
    }
    record.write(__file__, SEEDS, {"seconds": seconds})


def measure() -> list[float]:
    """Return the seconds that both imports take in a new process."""
    command = [sys.executable, "-c", CODE]
    printed = subprocess.check_output(command, encoding="utf-8")
    return [float(value) for value in printed.split()]


if __name__ == "__main__":
    main()
