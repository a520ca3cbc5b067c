"""Lay out the branch ``notebooks``, where readers run the pages.

    python binder/branch.py FOLDER

fills a new folder with what Binder and Colab take: the notebooks that the
build has made of the pages; the packages, the program beside the pages, their
texts, and the records, which their code needs; and the networks that the build
has trained, so that no reader has to wait for them. Publishing pushes the
folder as that branch.

Binder installs what these packages need before it looks at the
other files, so that it keeps them while only those change.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookkit import model_cache, recipes

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
NOTEBOOKS = SITE / "_sources"
INDEX = "https://download.pytorch.org/whl/cpu"  # the default has CUDA: 3 GB
COPIED = (
    "binder/runtime.txt",
    "binder/start",
    "charrnn/[!.]*.*",
    "bookkit/**/[!.]*.*",
    "widgets/*.py",
    "widgets/src/**/[!.]*.*",
    "coursework/**/[!.]*.*",
    "book/*.md",
    "book/*.py",
    "book/*.toml",
    "_toc.yml",
    "studies/*.json",
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
        sys.exit(
            f"not found: {', '.join(missing)}. Build the site; if the pages "
            "were executed before, python -m bookkit.train trains the networks"
        )
    for file, place in files.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    lines = [f"--extra-index-url {INDEX}", *needed_versions()]
    required = folder / "binder" / "requirements.txt"
    required.write_text("\n".join(lines) + "\n", "utf-8")


def find_files() -> Iterator[tuple[Path, Path]]:
    """Return each file of the branch, and its place there."""
    for pattern in COPIED:
        for file in ROOT.glob(pattern):
            if file.suffix != ".pyc":
                yield file, file.relative_to(ROOT)
    notebooks = list(NOTEBOOKS.rglob("*.ipynb"))
    for file in notebooks or [NOTEBOOKS / "*.ipynb"]:  # not found, then
        yield file, file.relative_to(NOTEBOOKS)
    for file in SITE.glob("_downloads/lab/*.ipynb"):
        yield file, Path("lab", file.name)
    for recipe in recipes.RECIPES.values():
        name = recipes.file_name(recipe, recipes.load_text(recipe))
        yield model_cache.models_folder() / name, Path("models", name)


def needed_versions() -> list[str]:
    """Return what the pages need, in the versions known to be good."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    good = [Requirement(line) for line in lines if line[0] != "#"]
    needed = all_needed("charrnn", set(), extra="pages")
    return [str(one) for one in good if canonicalize_name(one.name) in needed]


def all_needed(package: str, known: set[str], extra: str = "") -> set[str]:
    """Return ``known`` with what a package needs here, and that in turn."""
    for text in requires(package) or []:
        one = Requirement(text)
        name = canonicalize_name(one.name)
        here = one.marker is None or one.marker.evaluate({"extra": extra})
        if here and name not in known:
            known.add(name)
            all_needed(name, known)
    return known


if __name__ == "__main__":
    main()
