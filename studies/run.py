"""How the scripts run: their arguments, and the processes they start."""

import argparse
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def take_no_arguments(about: str) -> None:
    """Print the docstring of the script for --help; reject all else.

    Both end the program.
    """
    argparse.ArgumentParser(
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()


def in_parallel(
    function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]]
) -> list[Any]:
    """Return the results of a function for the arguments of each job.

    The jobs run in new processes, without progress bars. A process may do
    several jobs in turn.
    """
    os.environ["TQDM_DISABLE"] = "1"
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        return list(pool.map(function, *zip(*jobs, strict=True)))
