"""Small tasks, models, and reference results for the tests of the package."""

import torch
from torch import nn
from torch.func import functional_call

from bookkit.recipes import Recipe
from charrnn import (
    RNNModel,
    RNNModelScratch,
    Vocab,
    get_params,
    init_rnn_state,
    rnn,
)
from charrnn.corpus import Minibatches

TEXT = "the time traveller for so it will be convenient to speak of him "
V, h, n, T = 7, 5, 3, 6  # vocabulary, hidden units, batch, steps
TINY = Recipe("tiny", num_hiddens=8, num_epochs=2)


def short_task(use_random_iter=False):
    """Return minibatches of a repeated sentence, and its vocabulary."""
    vocab = Vocab(TEXT)
    corpus = torch.tensor(vocab[list(TEXT * 4)])
    generator = torch.Generator().manual_seed(0)
    batches = Minibatches(corpus, 4, 10, use_random_iter, generator=generator)
    return batches, vocab


def make_model(vocab, num_hiddens=32):
    return RNNModelScratch(
        len(vocab), num_hiddens, get_params, init_rnn_state, rnn
    )


def networks(vocab):
    """Return PyTorch's and our network, with weights for clear decisions.

    In double precision, so that rounding decides nothing.
    """
    V = len(vocab)
    layer = nn.LSTM(V, 6, num_layers=2)
    nets = RNNModel(layer, V), make_model(vocab, 6)
    for net in nets:
        for param in net.parameters():
            param.data = torch.randn_like(param, dtype=torch.float64)
    return nets


class Table:
    """A model whose logits are a function of all symbols read so far."""

    def __init__(self, logits):
        self.logits = logits  # takes a tuple of indices, returns a list

    def begin_state(self, batch_size):
        return (torch.full((batch_size, 8), -1),)  # what was read, -1 padded

    def __call__(self, X, state):
        outputs, (read,) = [], state
        for x in X.T:
            read = torch.cat([read[:, 1:], x[:, None]], dim=1)
            seen = [tuple(i for i in row if i >= 0) for row in read.tolist()]
            outputs.append(torch.tensor([self.logits(s) for s in seen]))
        return torch.cat(outputs), (read,)


def random_case(V=V, h=h, n=n, T=T, get_params=get_params):
    """Return inputs, targets, a state and parameters, in double precision."""
    inputs = torch.randn(T, n, V, dtype=torch.float64)
    Y = torch.randint(V, (n, T))
    H_0 = torch.randn(n, h, dtype=torch.float64)
    params = get_params(V, h)
    for param in params:
        param.data = torch.randn_like(param, dtype=torch.float64)
    return inputs, Y, H_0, params


def library_rnn(inputs, state, params, layer=nn.RNN, order=(0,)):
    """Compute what our network does by a layer with the same parameters.

    ``order`` lists our gates in the order of PyTorch's matrices.
    """
    *triples, W_hq, b_q = params
    W_x, W_h, b = (
        torch.cat([triples[3 * gate + part] for gate in order], dim=-1)
        for part in range(3)
    )
    weights = {
        "weight_ih_l0": W_x.T, "bias_ih_l0": b,
        "weight_hh_l0": W_h.T, "bias_hh_l0": torch.zeros_like(b),
    }  # fmt: skip
    module = layer(len(W_x), len(W_h), dtype=b.dtype)
    carried, is_lstm = tuple(S[None] for S in state), layer is nn.LSTM
    states, last = functional_call(
        module, weights, (inputs, carried if is_lstm else carried[0])
    )
    ends = last if is_lstm else (last,)
    return states.flatten(0, 1) @ W_hq + b_q, tuple(S[0] for S in ends)


def close(ours, theirs, rtol=1e-10, atol=1e-12):
    """Assert that tensors are equal up to rounding."""
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=rtol, atol=atol)


def assert_same(first, second):
    """Assert that two trained networks are equal."""
    assert first.history == second.history
    assert first.vocab.idx_to_token == second.vocab.idx_to_token
    for p, q in zip(first.model.params, second.model.params, strict=True):
        assert torch.equal(p, q)
        assert p.requires_grad and q.requires_grad


def assert_same_but_speed(first, second):
    second.history.tokens_per_sec = first.history.tokens_per_sec
    assert_same(first, second)
