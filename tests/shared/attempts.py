"""Run the code of a page, and attempts at its exercises, as live code does.

The standard input has a list in JSON: for each exercise the cells that stand
before it, since the exercise before, and attempts, each of them a list of
cells. Each attempt is made in a fork of the process, and so leaves nothing
behind. The last line of the output says of each attempt whether all of its
cells have run.
"""

import json
import os
import sys

from IPython.core.interactiveshell import InteractiveShell


def run(shell: InteractiveShell, cells: list[str]) -> bool:
    """Run cells until one fails; return whether none has."""
    return all(shell.run_cell(cell).success for cell in cells)


def succeeds(shell: InteractiveShell, cells: list[str]) -> bool:
    """Return whether cells would run now."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(0 if run(shell, cells) else 1)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    shell = InteractiveShell.instance()
    found = []
    for above, *attempts in json.load(sys.stdin):
        if not run(shell, above):
            raise RuntimeError("a cell of the page fails")
        found.append([succeeds(shell, cells) for cells in attempts])
    print(f"\n{json.dumps(found)}")
