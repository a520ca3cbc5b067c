"""Timing: contenders in one process, in rounds of shuffled order.

Times are compared within a round, so that a slow phase of the machine affects
all contenders alike.
"""

import random
import time
from collections.abc import Callable
from statistics import quantiles

Job = Callable[[], object]


def measure(
    jobs: dict[str, Job], num_rounds: int, warm_up: int = 2
) -> dict[str, list[float]]:
    """Return the seconds of each job in each round."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(warm_up):
        for job in jobs.values():
            job()
    order, shuffle = list(jobs), random.Random(0).shuffle
    for _ in range(num_rounds):
        shuffle(order)
        for name in order:
            start = time.perf_counter()
            jobs[name]()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def quartiles(values: list[float]) -> list[float]:
    """Return the first quartile, the median, and the third quartile."""
    return [float(f"{value:.5g}") for value in quantiles(values, n=4)]


def times_as_fast(ours: list[float], theirs: list[float]) -> list[float]:
    """Return the quartiles of how many times as fast as theirs ours is."""
    pairs = zip(theirs, ours, strict=True)
    return quartiles([their / our for their, our in pairs])
