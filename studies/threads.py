"""Measure a training by threads: alone, with a neighbour, in a quota.

    .venv/bin/python -m studies.threads

writes studies/threads.json, which the page of records shows. Each
training has a process of its own. The quota is one core, as that of a
container on a larger machine; setting it requires root and Linux control
groups of version 1.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median

import torch

from bookkit import recipes
from charrnn import train_rnn
from studies import record, run
from studies.timing import quartiles

SEEDS = [0]  # that of the recipe
NUM_ROUNDS = 7
GROUP = Path("/sys/fs/cgroup/cpu/one_core")


def train(num_threads: int) -> float:
    """Train for some epochs; return the median speed in tokens/s."""
    train_iter, vocab = recipes.load_data(recipes.SEQUENTIAL)
    net = recipes.initial_model(recipes.SEQUENTIAL, vocab)
    history = train_rnn(
        net, train_iter, vocab, 1, 7, report=False, num_threads=num_threads
    )
    return median(history.tokens_per_sec[1:])


@contextmanager
def busy_neighbour() -> Iterator[None]:
    """Run another process meanwhile that occupies a core."""
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        neighbour.kill()
        neighbour.wait()


@contextmanager
def quota_of_one_core() -> Iterator[None]:
    """Limit this process and its children to the time of one core."""
    GROUP.mkdir()
    try:
        period = (GROUP / "cpu.cfs_period_us").read_text("utf-8")
        (GROUP / "cpu.cfs_quota_us").write_text(period, "utf-8")
        (GROUP / "cgroup.procs").write_text(str(os.getpid()), "utf-8")
        yield
    finally:
        (GROUP.parent / "cgroup.procs").write_text(str(os.getpid()), "utf-8")
        GROUP.rmdir()


def main() -> None:
    """Measure all situations in turn, some rounds, and write the record."""
    run.take_no_arguments(__doc__)
    situations = {
        "alone": nullcontext,
        "beside a busy process": busy_neighbour,
        "in a quota of one core": quota_of_one_core,
    }
    numbers = sorted({1, torch.get_num_threads()})
    speeds = {name: {n: [] for n in numbers} for name in situations}
    for _ in range(NUM_ROUNDS):
        for name, situation in situations.items():
            for number in numbers:
                with situation():
                    speeds[name][number].append(run.in_process(train, number))
    results = {
        name: {number: quartiles(values) for number, values in found.items()}
        for name, found in speeds.items()
    }
    record.write(__file__, SEEDS, {"tokens_per_sec": results})


if __name__ == "__main__":
    main()
