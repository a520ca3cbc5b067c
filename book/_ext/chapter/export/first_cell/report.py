# The cells below need the files of the chapter.
import os
import sys

if not os.path.exists("../charrnn"):
    raise RuntimeError(
        "the files of the chapter are missing here: get them, run "
        "pip install '.[pages]' among them, and open this notebook in their "
        "folder book"
    )
sys.path.insert(0, os.path.abspath(".."))
