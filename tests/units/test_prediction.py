"""Prediction: greedy, warmed up, and careful with its prefix."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from charrnn import RNNModel, predict_rnn


class Successor:
    """Predict, after each token, the next index: a known answer."""

    def __init__(self, vocab_size):
        self.vocab_size = vocab_size

    def begin_state(self, batch_size):
        return (torch.zeros(batch_size, 1),)

    def __call__(self, X, state):
        following = (X.T.reshape(-1) + 1) % self.vocab_size
        Y = nn.functional.one_hot(following, self.vocab_size).float()
        return Y, (state[0] + X.shape[1],)

    def step(self, X, state):
        return self(X[:, None], state)


def test_each_prediction_is_the_next_input(vocab):
    start = vocab.idx_to_token[3]
    expected = "".join(vocab.idx_to_token[3:8])
    assert predict_rnn(start, 4, Successor(len(vocab)), vocab) == expected


def test_greedy_by_hand(model, vocab):
    text, state = "the time", model.begin_state(1)
    for character in text:  # one step at a time, and one-hot by hand
        X = torch.zeros(1, 1, len(vocab))
        X[0, 0, vocab[character]] = 1
        Y, state = model.forward(X, state, model.params)
    for _ in range(5):
        index = Y[0, 1:].argmax().item() + 1
        text += vocab.to_tokens(index)
        X = torch.zeros(1, 1, len(vocab))
        X[0, 0, index] = 1
        Y, state = model.forward(X, state, model.params)
    assert predict_rnn("the time", 5, model, vocab) == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(num_predicts=st.integers(0, 30))
def test_length_and_prefix(model, vocab, num_predicts):
    text = predict_rnn("the time", num_predicts, model, vocab)
    assert text.startswith("the time")
    assert len(text) == len("the time") + num_predicts


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


@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_layers_of_pytorch_predict_too(vocab, layer):
    net = RNNModel(layer(len(vocab), 8), len(vocab))
    assert len(predict_rnn("the", 5, net, vocab)) == 8
