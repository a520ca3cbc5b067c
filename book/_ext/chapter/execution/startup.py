"""Run by each kernel as it starts: note what a page reads, and refuse chance.

The outputs of a page depend on what it opens in the checkout, and on which
folders it lists. What is not noted: whether a file exists, and what is read
by a child process, or by a library that opens files without Python.

A page that draws from an unseeded generator would show something else at each
build, so that is written to stderr, which the build refuses.
"""


def _watch() -> None:
    import json
    import os
    import runpy
    import sys
    from importlib.util import source_from_cache
    from pathlib import Path
    from typing import Any

    from IPython import get_ipython

    root, extracts, notes = (
        Path(os.environ[f"CHAPTER_{name}"]).resolve()
        for name in ("ROOT", "EXTRACTS", "NOTES")
    )
    # Not imported: a page would not open again what is loaded already.
    files = runpy.run_path(str(root / "bookkit" / "files.py"))
    made = {"site-packages", *files["MADE"]}
    noted: dict[Path, str] = {}  # with the checksums of what was there
    message = "this cell draws from PyTorch's generator without a seed"

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            reads = not flags & os.O_WRONLY
        elif event in ("os.scandir", "os.listdir"):
            path = arguments[0] or "."
            # An import lists all folders in which it looks.
            reads = "importlib" not in sys._getframe(1).f_code.co_filename
        else:
            return
        if reads and not isinstance(path, int):
            note_path(Path(os.fsdecode(path)).resolve())

    def note_path(path: Path) -> None:
        if path.suffix == ".pyc" and path.parent.name == "__pycache__":
            path = Path(source_from_cache(path))
        if is_source(path) and path not in noted:
            noted[path] = ""  # to read it is to open it
            noted[path] = files["content"](path)

    def is_source(path: Path) -> bool:
        if not path.is_relative_to(root):
            return False
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") for part in parts)
        other = hidden or not made.isdisjoint(parts)
        return path.is_relative_to(extracts) or not other

    def report(_: object) -> None:
        names = {p.relative_to(root).as_posix(): c for p, c in noted.items()}
        notes.write_text(json.dumps(names), "utf-8")
        torch = sys.modules.get("torch")
        if torch is None or torch.initial_seed() < 2**32:  # a page's seed
            return
        fresh = torch.Generator().manual_seed(torch.initial_seed())
        if not fresh.get_state().equal(torch.get_rng_state()):
            print(message, file=sys.stderr)
            torch.seed()  # a fresh one, to find the next such cell

    notes.write_text("{}", "utf-8")
    sys.addaudithook(note)
    get_ipython().events.register("post_run_cell", report)


_watch()
del _watch
