# Fetch the files of the chapter, if this notebook is not among them.
import os
import sys

if not os.path.exists("../charrnn"):
    import io
    import urllib.request
    import zipfile

    archive = "ARCHIVE"
    if not archive:
        raise RuntimeError(
            "the files of the chapter are missing here: get them, run "
            "pip install '.[pages]' among them, and open this notebook in "
            "their folder book"
        )
    with urllib.request.urlopen(archive, timeout=60) as answer:
        files = zipfile.ZipFile(io.BytesIO(answer.read()))
    files.extractall()
    os.chdir(files.namelist()[0] + "book")
    # %pip install --quiet "..[pages]"
sys.path.insert(0, os.path.abspath(".."))
