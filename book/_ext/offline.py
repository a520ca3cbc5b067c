"""Stub, to be replaced by the module of the same name."""

ZIP = "_downloads/chapter.zip"
