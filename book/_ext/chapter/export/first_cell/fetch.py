# Fetch the files of the chapter, if this notebook is not among them.
import os
import sys

if not os.path.exists("../charrnn"):
    import io
    import urllib.request
    import zipfile

    with urllib.request.urlopen("ARCHIVE", timeout=60) as answer:
        files = zipfile.ZipFile(io.BytesIO(answer.read()))
    files.extractall()
    os.chdir(files.namelist()[0] + "book")
    # %pip install --quiet "..[pages]"
sys.path.insert(0, os.path.abspath(".."))
