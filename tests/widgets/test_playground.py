"""The data that the playground and the trainer give to a page."""

import json

import pytest
import torch
from torch import nn

from charrnn import RNNModel, Vocab
from charrnn.corpus import clean, read_text
from widgets import playground
from widgets.embed import as_json
from widgets.playground import Experiment, round_digits
from widgets.trainer import trainer


def test_a_page_rounds_numbers_to_16_binary_digits():
    numbers = torch.randn(10000) * 10 ** torch.empty(10000).uniform_(-8, 8)
    numbers[:3] = torch.tensor([0.0, 0.5, -2.0])
    found = round_digits(numbers)
    errors = ((found - numbers) / numbers)[1:].abs()
    assert 2**-17 < errors.max() <= 2**-16  # cut, they would err twice as far
    assert torch.equal(found[:3], numbers[:3])


def test_data_cannot_end_a_script_element():
    text = as_json({"text": "</script><b>é"})
    assert "<" not in text
    assert json.loads(text) == {"text": "</script><b>é"}


GRU = RNNModel(nn.GRU(12, 8), 12)
WORDS = Vocab([f"w{i}" for i in range(40)])
WRONG = Experiment("A title", "Look.", text="a", network="another")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": GRU}, "the equations of rnn"),
        ({"vocab": WORDS}, "a single character"),
        ({"name": "it", "others": {"it": (GRU, WORDS)}}, "are named 'it'"),
        ({"experiments": [WRONG]}, "'another', and there are the net"),
    ],
)
def test_unsupported_arguments_are_errors(model, vocab, changes, message):
    with pytest.raises(ValueError, match=message):
        playground(**{"model": model, "vocab": vocab} | changes)


def test_a_model_whose_training_diverged_is_an_error(model, vocab):
    with torch.no_grad():
        model.params[1][0, 0] = torch.nan
    with pytest.raises(ValueError, match="has its training diverged"):
        playground(model, vocab)


def test_a_trainer_holds_the_opening_of_the_novel():
    found, text = trainer().data, clean(read_text())
    assert found["opening"] == text[:10000]
    assert ["<unk>", *found["tokens"]] == Vocab(text).idx_to_token
