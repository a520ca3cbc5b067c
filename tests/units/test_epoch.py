"""The epoch: the state between minibatches, perplexity, and the step."""

import pytest
import torch
from samples import make_model, short_task
from torch import nn
from torch.nn import functional as F

from charrnn import get_params, sgd, train_epoch_rnn


def stay(batch_size):
    """Take no step."""


class Recorder:
    """Pass calls on to a model, and record the states it starts from."""

    def __init__(self, net):
        self.net, self.states, self.results = net, [], []

    def __call__(self, X, state):
        self.states.append(state)
        Y, state = self.net(X, state)
        self.results.append(state)
        return Y, state

    def __getattr__(self, name):
        return getattr(self.net, name)


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_state_is_carried_or_reset(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    net, loss = Recorder(make_model(vocab)), nn.CrossEntropyLoss()
    for _ in range(2):
        net.states.clear()
        net.results.clear()
        train_epoch_rnn(
            net, batches, loss, lambda _: sgd(net.params, 1, 1),
            use_random_iter,
        )  # fmt: skip
        assert len(net.states) > 2
        assert not any(S.requires_grad for (S,) in net.states)
        assert not net.states[0][0].any()  # zero at the start of an epoch
        for (H,), (before,) in zip(net.states[1:], net.results, strict=False):
            if use_random_iter:
                assert not H.any()
            else:
                assert H.any() and torch.equal(H, before)


def test_perplexity_of_a_uniform_model_is_the_vocabulary_size():
    def zeros(*sizes):
        params = [torch.zeros_like(p).double() for p in get_params(*sizes)]
        return [param.requires_grad_() for param in params]

    batches, vocab = short_task()
    perplexity, speed = train_epoch_rnn(
        make_model(vocab, 4, zeros), batches, F.cross_entropy, stay, False
    )
    assert perplexity == pytest.approx(len(vocab), rel=1e-12)
    assert speed > 0


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_perplexity_is_weighted_by_tokens(reduction):
    _, vocab = short_task()
    net = make_model(vocab)
    sizes = [(2, 3), (2, 11)]
    batches = [
        tuple(torch.randint(1, len(vocab), (2, *size))) for size in sizes
    ]
    with torch.no_grad():
        net.params[4].normal_()  # far from uniform
        losses = torch.cat([
            F.cross_entropy(
                net(X, net.begin_state(2))[0], Y.T.reshape(-1),
                reduction="none",
            )
            for X, Y in batches
        ])  # fmt: skip
    loss = nn.CrossEntropyLoss(reduction=reduction)
    perplexity, _ = train_epoch_rnn(net, batches, loss, stay, True)
    expected = losses.double().mean().exp().item()  # (eq-perplexity)
    assert perplexity == pytest.approx(expected, rel=1e-5)


def test_the_updater_receives_clipped_gradients_of_this_step_alone():
    batches, vocab = short_task()
    net, seen, norms = make_model(vocab), [], []

    def updater(batch_size):
        assert batch_size == 1
        gradients = [p.grad.flatten() for p in net.parameters()]
        seen.append(torch.cat(gradients).norm().item())

    train_epoch_rnn(
        net, batches, F.cross_entropy, updater, True,
        theta=0.05, grad_norms=norms,
    )  # fmt: skip
    # The parameters stay, so a gradient that added up would grow.
    assert len(norms) == len(seen) == len(list(batches))
    assert min(norms) > 0.05 and max(norms) < 2 * min(norms)
    assert seen == pytest.approx([0.05] * len(seen))


def test_an_optimizer_steps_as_sgd_by_hand():
    def train(make_updater):
        torch.manual_seed(0)
        batches, vocab = short_task()
        net = make_model(vocab)
        train_epoch_rnn(
            net, batches, F.cross_entropy, make_updater(net), False
        )
        return net.params

    by_hand = train(lambda net: lambda _: sgd(net.params, 0.5, 1))
    library = train(lambda net: torch.optim.SGD(net.params, lr=0.5))
    for a, b in zip(by_hand, library, strict=True):
        torch.testing.assert_close(a, b)


def test_no_minibatch():
    _, vocab = short_task()
    with pytest.raises(ValueError, match="no minibatch"):
        train_epoch_rnn(make_model(vocab), [], F.cross_entropy, stay, False)


def test_changing_batch_size_is_not_broadcast():
    _, vocab = short_task()
    batches = [(X, X) for X in (torch.ones(n, 4).long() for n in (1, 3))]
    with pytest.raises(ValueError, match="begin a new state"):
        train_epoch_rnn(
            make_model(vocab), batches, F.cross_entropy, stay, False
        )
