"""Train without clipping, to tell what order and state do to it.

    .venv/bin/python -m experiments.clipping

writes experiments/clipping.json, which the page about clipping reads. The
chapter's recipe is trained without a threshold in four ways, for three
seeds: the order of the minibatches is that of the text or random, and the
state is carried from one to the next or reset to zeros. A fifth way is that
of the text, carried, with a threshold of ten.

On the way it measures how fast the gradient changes along itself. That is
done in the same way for all: on minibatches in order, each from zeros.
"""

import math
import warnings
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from charrnn import RNNModelScratch, recipes, train_rnn
from charrnn.corpus import Minibatches
from charrnn.history import DivergenceError, History
from charrnn.recipes import UNCLIPPED
from experiments import record, run

SEEDS = [0, 1, 2]
NUM_EPOCHS = 350
MEASURED = 10  # epochs from one measurement of the curvature to the next
HOPELESS = 1e6  # a perplexity at which a run is stopped, to save time
WAYS = {  # theta, is the order random, is the state reset
    "in order, carried": (math.inf, False, False),
    "in order, reset": (math.inf, False, True),
    "random, carried": (math.inf, True, False),
    "random, reset": (math.inf, True, True),
    "in order, carried, theta 10": (10.0, False, False),
}


def gradient(net: RNNModelScratch, X: Tensor, Y: Tensor) -> Tensor:
    """Return the gradient of the mean loss from zeros, as one vector."""
    outputs, _ = net(X, net.begin_state(len(X)))
    loss = F.cross_entropy(outputs, Y.T.reshape(-1))
    grads = torch.autograd.grad(loss, net.params)
    return torch.cat([grad.flatten() for grad in grads])


@torch.no_grad()
def move(net: RNNModelScratch, step: Tensor) -> None:
    """Add a step, one vector, to the parameters."""
    sizes = [param.numel() for param in net.params]
    for param, part in zip(net.params, step.split(sizes), strict=True):
        param += part.reshape(param.shape)


def curvature(
    net: RNNModelScratch, batches: Minibatches, length: float = 1e-2
) -> float:
    """Return the second derivative of the loss along its gradient.

    It is measured by the gradients at both ends of a step of some length,
    and is the mean over the minibatches.
    """
    found = []
    for X, Y in batches:
        before = gradient(net, X, Y)
        step = length * before / before.norm()
        params = [param.detach().clone() for param in net.params]
        move(net, step)
        change = gradient(net, X, Y) - before
        for param, old in zip(net.params, params, strict=True):
            param.data.copy_(old)
        found.append((change @ step / length**2).item())
    return sum(found) / len(found)


def train(way: str, seed: int) -> tuple[History, list[float], int]:
    """Train in one of the ways; return what came out.

    It is the history, the curvature after every ``MEASURED`` epochs, and
    the size of the vocabulary. The history ends where the training is
    hopeless, at the latest where a gradient is not finite.
    """
    theta, random_order, reset = WAYS[way]
    recipe = replace(
        UNCLIPPED, theta=theta, use_random_iter=random_order, seed=seed
    )
    train_iter, vocab = recipes.load_data(recipe)
    probe, _ = recipes.load_data(replace(UNCLIPPED, seed=seed))
    net, curvatures = recipes.initial_model(recipe, vocab), []

    def follow_up(history: History) -> bool:
        hopeless = not history.perplexity[-1] < HOPELESS
        if not hopeless and len(history) % MEASURED == 0:
            curvatures.append(curvature(net, probe))
        return hopeless

    with warnings.catch_warnings():
        # Two of the ways treat the state against the order, which
        # train_rnn warns of. Here that is the experiment.
        warnings.filterwarnings("ignore", ".*against the order")
        try:
            history = train_rnn(
                net,
                train_iter,
                vocab,
                recipe.lr,
                NUM_EPOCHS,
                reset,
                theta=theta,
                report=False,
                after_epoch=follow_up,
            )
        except DivergenceError as error:
            history = error.history
    return history, curvatures, len(vocab)


def divergence(
    history: History, num_epochs: int, guessing: float
) -> int | None:
    """Return the first epoch from which on it is worse than ``guessing``.

    It is None if the training did not diverge, or has recovered. One that
    ended early without being worse had a gradient that is not finite in the
    epoch after its last.
    """
    fine = [e for e, p in enumerate(history.perplexity, 1) if p <= guessing]
    last = fine[-1] if fine else 0
    return None if last == num_epochs else last + 1


def measure(way: str, seed: int) -> dict:
    """Train in one of the ways; return what is recorded of it.

    The largest norm and the curvatures are those before a divergence.
    """
    history, curvatures, vocab_size = train(way, seed)
    epoch = divergence(history, NUM_EPOCHS, vocab_size)
    sound = len(history) if epoch is None else epoch - 1
    result = {
        "diverged": epoch,
        "lowest": min(history.perplexity),
        "last": history.perplexity[-1],
        "norm": max(history.grad_norm[:sound]),
        "curvature": [round(k, 4) for k in curvatures[: sound // MEASURED]],
    }
    print(way, seed, result, flush=True)
    return result


def main() -> None:
    """Run all trainings by two processes and write the record."""
    run.take_no_arguments(__doc__)
    jobs = [(way, seed) for seed in SEEDS for way in WAYS]
    results = run.side_by_side(measure, jobs)
    measured = dict(zip(jobs, results, strict=True))
    runs = {way: [measured[way, seed] for seed in SEEDS] for way in WAYS}
    settings = {"num_epochs": NUM_EPOCHS, "measured": MEASURED}
    record.write(__file__, SEEDS, {"settings": settings, "runs": runs})


if __name__ == "__main__":
    main()
