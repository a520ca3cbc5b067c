"""The data that the playground and the trainer give to a page."""

import json

import pytest
import torch
from torch import nn

from charrnn import RNNModel, Vocab
from charrnn.corpus import clean, read_text
from widgets import playground
from widgets.embed import as_json
from widgets.playground import Experiment
from widgets.trainer import trainer


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


def test_a_trainer_holds_the_opening_of_the_novel_and_what_follows():
    found, text = trainer().data, clean(read_text())
    assert found["opening"] + found["next"] == text[:11000]
    assert ["<unk>", *found["vocabulary"]] == Vocab(text).idx_to_token
