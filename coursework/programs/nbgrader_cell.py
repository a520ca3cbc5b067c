import runpy

from IPython import get_ipython
from IPython.core.formatters import DisplayFormatter


def check(name):
    shell, names = get_ipython(), globals()
    names["check"] = lambda name: None  # the next one is no part of the mark
    # Without points this raises: nbgrader takes a cell that displays nothing
    # for right.
    found = runpy.run_path("checks")["mark"](name, names, POINTS, SEED)
    shell.display_formatter = DisplayFormatter(parent=shell)
    shell.displayhook(found)


from sys import exit  # and not the one that ends the kernel

quit, num_epochs = exit, EPOCHS
