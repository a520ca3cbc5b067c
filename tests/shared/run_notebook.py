"""Run a notebook by the Python that runs this, and keep the outputs in it."""

import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, coalesce_streams=True).execute()
nbformat.write(notebook, sys.argv[1])
