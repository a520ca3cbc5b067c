"""Set limits to the cells of a notebook, and leave its checks to the tests."""

import _thread
import sys
import threading

from IPython import get_ipython

SECONDS = 60  # for a cell: two epochs, or some slow calls
timers = []


def start(*_):
    timers.append(threading.Timer(SECONDS, _thread.interrupt_main))
    timers[-1].start()
    get_ipython().user_ns.update(
        check=lambda name: None,
        exit=sys.exit,  # which does not end the kernel
        quit=sys.exit,
    )


def stop(*_):
    while timers:
        timers.pop().cancel()


get_ipython().events.register("pre_run_cell", start)
get_ipython().events.register("post_run_cell", stop)
