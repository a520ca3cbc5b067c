"""Run cells by a Python of choice, and keep their outputs."""

import copy
import os
import subprocess
import sys

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_notebook


def run(folder, cells, python=sys.executable, **environment):
    """Run cells in a folder by a Python; return them."""
    file = folder / "run.ipynb"
    nbformat.write(new_notebook(cells=copy.deepcopy(cells)), file)
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | environment
    environment.pop("MPLBACKEND", None)  # Jupyter chooses it
    result = subprocess.run(
        [python, __file__, file.name], cwd=folder, capture_output=True,
        text=True, encoding="utf-8", env=environment,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-4000:]
    return nbformat.read(file, as_version=4).cells


if __name__ == "__main__":
    notebook = nbformat.read(sys.argv[1], as_version=4)
    NotebookClient(notebook, coalesce_streams=True).execute()
    nbformat.write(notebook, sys.argv[1])
