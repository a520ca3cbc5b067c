"""What the studies share: the text, and the processes that they start."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from unittest import mock

import torch

from charrnn import corpus

NUM_SYMBOLS = 28  # letters, the space, and the unknown one
ENVIRONMENT = {
    "CHARRNN_CORPUS": "",  # the novel
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "TQDM_DISABLE": "1",
}


def read_novel() -> torch.Tensor:
    """Return the indices of all characters of the text."""
    text = corpus.clean(corpus.read_text())
    return torch.tensor(corpus.Vocab(text)[list(text)])


def in_parallel(function: Callable, jobs: dict) -> dict:
    """Return the results of a function for the arguments of each job.

    Each job has a process of its own, so that it may change what it likes.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(mp_context=context, max_tasks_per_child=1)
    with mock.patch.dict(os.environ, ENVIRONMENT), pool:
        waiting = {n: pool.submit(function, *a) for n, a in jobs.items()}
        return {name: job.result() for name, job in waiting.items()}
