# The cells below need the chapter's package and its files.
import os
from importlib.util import find_spec

missing = [name for name in ["FILES"] if not os.path.exists(name)]
if find_spec("charrnn") is None or find_spec("safetensors") is None:
    missing.append("charrnn")
if missing:
    raise RuntimeError(
        f"missing here: {', '.join(missing)}. Get the files of the chapter, "
        "run pip install '.[pages]' among them, and open this notebook in "
        "their folder book"
    )
