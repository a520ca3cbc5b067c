"""How a script runs: what it takes, and the processes that it starts.

The scripts of this folder and of ``studies`` share it.
"""

import argparse
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def take_no_arguments(about: str) -> None:
    """Answer --help by the docstring of the script, and refuse all else.

    Ends the program in both cases, before anything is computed.
    """
    argparse.ArgumentParser(
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()


def side_by_side(
    function: Callable[..., Result],
    jobs: Iterable[tuple[Any, ...]],
    num_processes: int = 2,
) -> list[Result]:
    """Return what a function returns for the arguments of each job.

    New processes do it, which show no progress bars, as these would mix.
    Each process may do several jobs in turn.
    """
    os.environ["TQDM_DISABLE"] = "1"
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(num_processes, mp_context=context) as pool:
        return list(pool.map(function, *zip(*jobs, strict=True)))


def apart(function: Callable[..., Result], *arguments: Any) -> Result:
    """Return what a function returns, called in a process of its own."""
    (result,) = side_by_side(function, [arguments], num_processes=1)
    return result
