"""What the tests of the package need around them."""

import pytest

from charrnn import Vocab


@pytest.fixture
def tiny():
    """Return a vocabulary whose indices are <unk>, b, a, c."""
    return Vocab("abcb")
