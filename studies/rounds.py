"""Timing: many contenders in one process, in rounds of shuffled order.

What a round measures is compared within that round, so that a slower hour
of the machine touches all contenders alike.
"""

import random
import time
from collections.abc import Callable
from statistics import median, quantiles

Job = Callable[[], object]


def measure(
    jobs: dict[str, Job], num_rounds: int, warm_up: int = 2
) -> tuple[dict[str, list[float]], dict[str, list[int]]]:
    """Return the seconds of each job, a list of one per round, and faults.

    The faults are page faults: how often the system had to provide memory.
    """
    seconds, faults = {name: [] for name in jobs}, {name: [] for name in jobs}
    for _ in range(warm_up):
        for job in jobs.values():
            job()
    order, shuffle = list(jobs), random.Random(0).shuffle
    for _ in range(num_rounds):
        shuffle(order)
        for name in order:
            faults_before, start = page_faults(), time.perf_counter()
            jobs[name]()
            seconds[name].append(time.perf_counter() - start)
            faults[name].append(page_faults() - faults_before)
    return seconds, faults


def page_faults() -> int:
    """Return the number of page faults of this process so far."""
    import resource  # which Windows has not

    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def spread(values: list[float]) -> list[float]:
    """Return the first quartile, the median, and the third quartile."""
    return [float(f"{value:.5g}") for value in quantiles(values, n=4)]


def times_as_fast(ours: list[float], theirs: list[float]) -> list[float]:
    """Return the quartiles of how many times as fast as theirs ours is."""
    pairs = zip(theirs, ours, strict=True)
    return spread([their / our for their, our in pairs])


def middle(values: list[float]) -> float:
    """Return the median, with five digits."""
    return float(f"{median(values):.5g}")
