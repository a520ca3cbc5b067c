"""What the tests share: one thread, a seed, a small vocabulary."""

import os

os.environ["MPLBACKEND"] = "Agg"
os.environ.pop("CHARRNN_CORPUS", None)

import pytest
import torch
from hypothesis import settings

from charrnn import RNNModelScratch, Vocab, get_params, init_rnn_state, rnn

settings.register_profile("chapter", deadline=None)  # no test of time
settings.load_profile("chapter")


@pytest.fixture(autouse=True)
def repeatable():
    """Give each test one thread and the same random numbers."""
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture
def vocab():
    return Vocab("the time machine by h g wells")


@pytest.fixture
def model(vocab):
    return RNNModelScratch(len(vocab), 16, get_params, init_rnn_state, rnn)
