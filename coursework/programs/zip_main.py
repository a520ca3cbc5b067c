# Running the zip provides functions whose modules are not those that a notebook
# may have changed.
import sys


def take():
    ours = ("coursework", "charrnn")
    names = [n for n in sys.modules if n.split(".")[0] in ours]
    return {name: sys.modules.pop(name) for name in names}


theirs = take()
from coursework.checks import judge, mark
from coursework.kit.calling import short_print

take()
sys.modules.update(theirs)
