"""Provide functions whose modules are not those a notebook may have changed.

Python runs this file if it is told to run the folder.
"""

import sys


def take():
    ours = ("coursework", "charrnn")
    names = [n for n in sys.modules if n.split(".")[0] in ours]
    return {name: sys.modules.pop(name) for name in names}


theirs = take()
from coursework.checks import judge, prepare
from coursework.kit import solution

solution.whole(())  # imports, too
take()
sys.modules.update(theirs)
