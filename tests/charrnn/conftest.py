"""Fixtures of the tests of the network."""

import pytest

from charrnn import Vocab


@pytest.fixture
def tiny():
    """Return a vocabulary whose indices are <unk>, b, a, c."""
    return Vocab("abcb")
