"""How long ``make test`` takes: to its first answer, and in all.

    .venv/bin/python -m benchmarks.checks

runs it in this checkout, and prints when each of its parts was done. The
first answer is that of the tests of the package. Build the site before, or
the time includes a build from nothing.
"""

import re

from benchmarks.build import ROOT, follow, report
from experiments import run

WANTED_FIRST, WANTED_ALL = 60, 600


def main() -> None:
    """Measure and print."""
    run.take_no_arguments(__doc__)
    done = []
    for now, line in follow(["make", "test"], ROOT, {}):
        if re.search(r"\d+ passed.* in [\d.]+s", line):
            print(f"{now:6.1f} s: {line.strip(' =')}", flush=True)
            done.append(now)
    print()
    report("first answer", done[0], WANTED_FIRST)
    report("all tests", now, WANTED_ALL)


if __name__ == "__main__":
    main()
