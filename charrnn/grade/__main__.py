"""Grade notebooks that were handed in, each in a process of its own."""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import torch

from charrnn.checks import CHECKS
from charrnn.corpus import read_text
from charrnn.grade import hand_in, report, rubric
from charrnn.grade.hand_in import HandIn
from charrnn.grade.marking import Result, mark
from charrnn.grade.sandbox import Sandbox

ISOLATED = """\
Isolated: hand-ins have no network, see no other process, and no files but
Python, its libraries, the checks, and an empty folder; time, memory, and the
size of files are limited. They share the kernel of this machine."""
NOT_ISOLATED = """\
NOT isolated: {why}.
Hand-ins run with your rights. Python refuses them other programs, the network,
and files outside of their folder, and their {limited} limited; but
code that means harm could go around Python. Grade what you do not trust in a
container or a virtual machine without network and without other files."""
LIMITED = {
    "linux": "time, memory, and size of files are",
    "win32": "time is",
}


def main() -> None:
    """Grade what the arguments name, and say where the reports are."""
    parser = make_parser()
    args = parser.parse_args()
    if missing := [str(file) for file in args.files if not file.exists()]:
        parser.error(f"not found: {', '.join(missing)}")
    if args.jobs < 1:
        parser.error(f"--jobs is to be 1 or more, not {args.jobs}")
    if find_spec("IPython") is None:
        parser.error("IPython runs the cells: pip install ipython")
    try:
        text = read_corpus()
        marks = rubric.load(args.rubric)
        kept = args.output / "results"
        kept.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError, ImportError) as error:
        parser.error(str(error))
    try:
        Grading(marks, text, args.seed, kept).run(args)
    except KeyboardInterrupt:
        parser.exit(130, "interrupted: what is graded is kept; run it again\n")
    except OSError as error:
        parser.exit(1, f"{error}\n")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m charrnn.grade", description=__doc__
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILES",
        help="notebooks, zips of notebooks, or folders of both",
    )  # fmt: skip
    parser.add_argument(
        "--output", type=Path, default="marks", metavar="FOLDER",
        help="where marks.csv and the reports go (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--rubric", type=Path, default=rubric.SHIPPED, metavar="FILE",
        help="an edited copy of %(default)s: points, settings, and limits",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
        help="notebooks at a time (default: one per core)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N",
        help="of the cases that attempts are tried on (default: %(default)s)",
    )  # fmt: skip
    return parser


def read_corpus() -> str:
    """Return the text; a file that is named has its full path from now on.

    Workers run in another folder. Raises as ``read_text`` does.
    """
    if named := os.environ.get("CHARRNN_CORPUS"):
        path = Path(named).expanduser().resolve()
        os.environ["CHARRNN_CORPUS"] = str(path)
    return read_text()


class Grading:
    """Grade notebooks, and keep the result of each as soon as it is known."""

    def __init__(
        self, marks: rubric.Rubric, text: str, seed: int, kept: Path
    ) -> None:
        self.marks, self.seed, self.kept = marks, seed, kept
        self.sandbox, said = find_sandbox(marks.limits)
        print(said, flush=True)
        here = Path(__file__).parent
        sources = [file.read_bytes() for file in sorted(here.glob("*.py"))]
        self.state = hashlib.sha256()
        for part in (
            self.sandbox.kit, *sources, marks.text.encode(), text.encode(),
            f"{seed} {torch.__version__} {sys.version}".encode(),
        ):  # fmt: skip
            self.state.update(hashlib.sha256(part).digest())

    def run(self, args: argparse.Namespace) -> None:
        """Grade all, show the progress, and write the reports."""
        torch.set_num_threads(1)
        found = hand_in.find(args.files)
        results = dict[int, Result]()
        start = time.monotonic()
        with closing(self.grade_all(found, args.jobs)) as ends:
            for number, result in ends:
                results[number] = result
                most = self.marks.most
                said = result.reason or f"{result.total:g} of {most:g}"
                count = f"[{len(results)}/{len(found)}]"
                print(count, f"{found[number].name}: {said}", flush=True)
        graded = [(h, results[i]) for i, h in enumerate(found)]
        report.write(graded, self.marks, args.output)
        print(f"\n{report.table(graded, self.marks)}\n")
        print(f"{time.monotonic() - start:.0f} s; reports: {args.output}")

    def grade_all(
        self, found: list[HandIn], jobs: int
    ) -> Generator[tuple[int, Result], None, None]:
        """Yield the number and the result of each, in the order of ends."""
        pool = ThreadPoolExecutor(jobs)
        try:
            futures: dict[Future[Result], int] = {
                pool.submit(self.grade, one): i for i, one in enumerate(found)
            }
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            self.sandbox.stop()
            pool.shutdown(cancel_futures=True)

    def grade(self, one: HandIn) -> Result:
        """Return the result of a notebook, that which is kept if there is."""
        if one.reason:
            return Result(reason=one.reason)
        key = self.state.copy()
        key.update(one.digest.encode())
        file = self.kept / f"{key.hexdigest()}.json"
        try:
            return Result(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            pass  # it is not graded yet
        outcome = self.sandbox.run(self.job(one))
        result = mark(outcome, self.marks, self.seed, one.cells)
        report.write_file(file, json.dumps(result.as_json()))
        return result

    def job(self, one: HandIn) -> dict[str, object]:
        """Return what a worker is told of a notebook."""
        return {
            "cells": one.cells,
            "needs": {name: CHECKS[name].needs for name in self.marks.points},
            "settings": dict(self.marks.settings),
            "seed": self.seed,
        }


def find_sandbox(limits: rubric.Limits) -> tuple[Sandbox, str]:
    """Return the safest sandbox that works here, and what it does.

    Raises OSError if none works.
    """
    why = "only Linux can do it"
    if sys.platform == "linux":
        try:
            return try_sandbox(limits, isolated=True), ISOLATED
        except OSError as error:
            why = str(error)
    sandbox = try_sandbox(limits, isolated=False)
    limited = LIMITED.get(sys.platform, "time and size of files are")
    return sandbox, NOT_ISOLATED.format(why=why, limited=limited)


def try_sandbox(limits: rubric.Limits, isolated: bool) -> Sandbox:
    """Return a sandbox in which a notebook without cells has run.

    Raises OSError if it does not come to its end.
    """
    sandbox = Sandbox(limits, isolated)
    nothing = {"cells": [], "needs": {}, "settings": {}, "seed": 0}
    if end := sandbox.run(nothing).end:
        raise OSError(f"an empty notebook {end}")
    return sandbox


if __name__ == "__main__":
    main()
