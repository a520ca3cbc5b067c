"""Make a handout of the lab, and what nbgrader and Otter need to mark it."""

import argparse
from pathlib import Path

import nbformat

from coursework import graders, handout


def main() -> None:
    """Write the handout that the command asks for."""
    name = "python -m coursework"
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.add_argument("solution", type=Path, help="the solution of the lab")
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("parts", nargs="*", help="left to students, or all")
    parser.add_argument("--level", default="steps", choices=handout.LEVELS)
    options = parser.parse_args()
    solution = nbformat.read(options.solution, as_version=4)
    try:
        made = handout.make(solution, options.parts, options.level)
    except ValueError as error:
        parser.error(str(error))
    files = {"handout.ipynb": nbformat.writes(made).encode()}
    if options.level != "worked":  # which leaves nothing to mark
        files |= graders.files(solution, options.parts, options.level)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (options.folder / name).write_bytes(content)
        print(f"Wrote {options.folder / name}")


if __name__ == "__main__":
    main()
