"""Fixtures of the tests of the book's kit."""

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("CHARRNN_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"
