"""The history of a training, and the threads that it uses."""

import pytest
import torch

from charrnn import History
from charrnn.history import threads


def test_a_history_summarises_the_norms_of_each_epoch():
    history = History(theta=1)
    history.append(3.0, [0.5, 2.5, 1.0, 1.5], 100.0)
    assert len(history) == 1
    assert (history.perplexity, history.tokens_per_sec) == ([3.0], [100.0])
    assert (history.grad_norm, history.clipped) == ([2.5], [0.5])


def test_the_number_of_threads_is_restored_after_an_error():
    torch.set_num_threads(3)
    for number, used in [(2, 2), (None, 3)]:
        with pytest.raises(KeyboardInterrupt), threads(number):
            assert torch.get_num_threads() == used
            raise KeyboardInterrupt
        assert torch.get_num_threads() == 3
