# Fetch what the cells below need, if it is not here.
import os
from importlib.util import find_spec

missing = [name for name in ["FILES"] if not os.path.exists(name)]
if find_spec("charrnn") is None or find_spec("safetensors") is None:
    missing.append("charrnn")
if missing:
    import importlib
    import io
    import sys
    import urllib.request
    import zipfile

    with urllib.request.urlopen("ARCHIVE", timeout=60) as answer:
        files = zipfile.ZipFile(io.BytesIO(answer.read()))
    files.extractall()
    os.chdir(files.namelist()[0] + "book")
    if "charrnn" in missing:
        # %pip install --quiet "..[pages]"
        importlib.invalidate_caches()
    sys.path.insert(0, os.path.abspath(".."))  # has the networks
