"""What the tests of the package need around them."""

import pytest

from charrnn import Vocab


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep models in a folder of the test's own."""
    monkeypatch.setenv("CHARRNN_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def tiny():
    """Return a vocabulary whose indices are <unk>, b, a, c."""
    return Vocab("abcb")
