"""What the studies share: the text, and the processes that they start."""

import multiprocessing
import os
from collections.abc import Callable
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
    with (
        mock.patch.dict(os.environ, ENVIRONMENT),
        multiprocessing.get_context("spawn").Pool(maxtasksperchild=1) as pool,
    ):
        waiting = {n: pool.apply_async(function, a) for n, a in jobs.items()}
        return {name: result.get() for name, result in waiting.items()}
