"""Prediction: greedy, warmed up, and careful with its prefix."""

import pytest
import torch

from charrnn import predict_rnn


def test_unknown_token_is_never_output(model, vocab):
    with torch.no_grad():
        model.params[4][vocab.unk] = 100  # the bias of <unk>
    assert len(predict_rnn("the", 10, model, vocab)) == 13


def test_predicting_leaves_the_model_trainable(model, vocab):
    predict_rnn("the", 3, model, vocab)
    X = torch.ones(1, 2, dtype=torch.int64)
    Y, _ = model(X, model.begin_state(1))
    Y.sum().backward()
    assert all(p.grad is not None for p in model.parameters())


@pytest.mark.parametrize(
    ("prefix", "cleaned"),
    [
        ("  The  TIME,\nmachine! ", "the time machine"),
        ("thé—tîme", "the time"),
        ("‘Time’…", "time"),
    ],
)
def test_prefix_is_cleaned_as_the_corpus(model, vocab, prefix, cleaned):
    assert predict_rnn(prefix, 0, model, vocab) == cleaned


def test_unknown_characters_are_named(model, vocab):
    with pytest.warns(UserWarning, match="<unk>: '2', 'z', 'ж'") as record:
        text = predict_rnn("the 2z ж time", 4, model, vocab)
    assert text.startswith("the 2z ж time") and len(text) == 17
    assert record[0].filename == __file__


@pytest.mark.parametrize("prefix", ["", "   ", "\n", "—!?"])
def test_empty_prefix(model, vocab, prefix):
    with pytest.raises(ValueError, match="at least one letter"):
        predict_rnn(prefix, 5, model, vocab)


def test_negative_num_predicts(model, vocab):
    with pytest.raises(ValueError, match="0 or more, not -1"):
        predict_rnn("the", -1, model, vocab)


def test_of_equals_the_first_is_written(model, vocab):
    for param in model.params:
        param.data.zero_()
    first = vocab.idx_to_token[1]  # after <unk>
    assert predict_rnn("the", 3, model, vocab) == "the" + 3 * first
