"""What the tests of the coursework share."""

import math
import time

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def closed(monkeypatch):
    """Close figures when they are shown, as notebooks do."""
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))


@pytest.fixture
def only_sleep_takes_time(monkeypatch):
    """Replace the clocks by a coarse one that sleeping moves at once."""
    seconds = 0.0

    def sleep(duration):
        nonlocal seconds
        seconds += duration

    def look():
        sleep(1 / 64)
        return math.floor(seconds * 64) / 64

    monkeypatch.setattr(time, "sleep", sleep)
    for clock in ("time", "perf_counter", "monotonic"):
        monkeypatch.setattr(time, clock, look)
