"""Fixtures of the tests of the network."""

import pytest
from shared.samples import make_model, short_task

from charrnn import Vocab


@pytest.fixture
def tiny():
    """Return a vocabulary whose indices are <unk>, b, a, c."""
    return Vocab("abcb")


@pytest.fixture
def task():
    """Return a network, minibatches, and a vocabulary, as for a training."""
    batches, vocab = short_task()
    return make_model(vocab), batches, vocab
