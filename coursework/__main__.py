"""Make a handout of the lab, and what nbgrader and Otter need to mark it."""

import argparse
from pathlib import Path

import nbformat

from coursework import graders, handout, standalone


def main() -> None:
    """Write the handout that the command asks for."""
    name = "python -m coursework"
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.add_argument("lab", type=Path, help="the folder of the built lab")
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("parts", nargs="*", help="left to students, or all")
    parser.add_argument("--level", default="steps", choices=handout.LEVELS)
    options = parser.parse_args()
    solution = nbformat.read(options.lab / "solution.ipynb", as_version=4)
    beside = options.lab / standalone.FOLDER
    checks = {
        file: (beside / file).read_text("utf-8") for file in standalone.names()
    }
    asked = options.parts, options.level
    try:
        files = graders.files(solution, checks, "handout", *asked)
    except ValueError as error:
        parser.error(str(error))
    standalone.write(options.folder, files)
    print(f"Wrote into {options.folder}: {', '.join(files)}")


if __name__ == "__main__":
    main()
