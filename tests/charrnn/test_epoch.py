"""One epoch: the state between minibatches, the perplexity, the steps."""

import pytest
import torch
from shared.samples import make_model, short_task
from torch import nn
from torch.nn import functional as F

from charrnn import train_epoch_rnn, train_rnn
from charrnn.training import differentiate


def stay(batch_size):
    """Take no step."""


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_state_is_carried_or_reset(use_random_iter):
    batches, vocab = short_task(use_random_iter)
    net, starts, ends = make_model(vocab), [], []

    def gradients(X, Y, state):
        starts.append(state)
        loss, state = differentiate(net, F.cross_entropy, X, Y, state)
        ends.append(state)
        return loss, state

    train_rnn(
        net, batches, vocab, 1, 2, use_random_iter,
        gradients=gradients, report=False,
    )  # fmt: skip
    assert len(starts) > 4
    for i, (H,) in enumerate(starts):
        assert not H.requires_grad
        begins = i in (0, len(starts) // 2)  # an epoch
        if use_random_iter or begins:
            assert not H.any()
        else:
            assert H.any() and torch.equal(H, ends[i - 1][0])


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


def test_the_updater_receives_clipped_gradients_of_this_step_alone(task):
    net, batches, _ = task
    seen, norms = [], []

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


def test_an_epoch_without_a_minibatch_raises(task):
    with pytest.raises(ValueError, match="no minibatch"):
        train_epoch_rnn(task[0], [], F.cross_entropy, stay, False)
