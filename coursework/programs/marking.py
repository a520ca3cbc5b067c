"""Interrupt each cell that takes longer than it may."""

import _thread
import threading

from IPython import get_ipython

SECONDS = 60  # for a cell: two epochs, or some slow calls
timers = []


def start(*_):
    timers.append(threading.Timer(SECONDS, _thread.interrupt_main))
    timers[-1].start()


def stop(*_):
    while timers:
        timers.pop().cancel()


if not timers:
    get_ipython().events.register("pre_run_cell", start)
    get_ipython().events.register("post_run_cell", stop)
