"""Lay out the branch ``notebooks``, where readers run the pages.

    python binder/branch.py FOLDER

fills a new folder with what Binder, Colab, and a JupyterHub take: the
notebooks that the build has made of the pages, the package and the records
that their code needs, and the networks that the build has trained, so that
no reader has to wait for them. Publishing pushes the folder as that branch.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from charrnn import recipes

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "_build" / "html" / "_sources"
COPIED = (
    "binder/requirements.txt",
    "binder/runtime.txt",
    "binder/start",
    "charrnn/**/*.py",
    "charrnn/py.typed",
    "experiments/*.json",
    "benchmarks/*.json",
    "constraints.txt",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)


def main() -> None:
    """Fill the folder that the command names, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="a new one")
    folder = parser.parse_args().folder
    if folder.exists():
        sys.exit(f"{folder} is there already: name a new folder")
    files = dict(find_files())
    if missing := [str(file) for file in files if not file.is_file()]:
        sys.exit(f"build the site first: {', '.join(missing)} not found")
    for file, place in files.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


def find_files() -> Iterator[tuple[Path, Path]]:
    """Return each file of the branch, and its place there."""
    for pattern in COPIED:
        for file in ROOT.glob(pattern):
            yield file, file.relative_to(ROOT)
    notebooks = list(NOTEBOOKS.rglob("*.ipynb"))
    for file in notebooks or [NOTEBOOKS / "*.ipynb"]:  # not found, then
        yield file, file.relative_to(NOTEBOOKS)
    for recipe in recipes.RECIPES.values():
        file = recipes.model_file(recipe, recipes.describe_origin(recipe))
        yield file, Path("models", file.name)


if __name__ == "__main__":
    main()
