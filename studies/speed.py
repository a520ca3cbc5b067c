"""Measure the training step: by PyTorch, by hand, and made fast.

    .venv/bin/python -m studies.speed

writes studies/speed.json, which the page about speed reads. It takes five
minutes. All train for an epoch in turn, in one process, on one thread, and
their processor time counts. The order is shuffled in each round, and they are
compared within a round, so that a slow phase of the machine affects all alike.

The products of the equations are also measured alone, each computed once, with
the result written into an existing tensor.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from statistics import quantiles
from unittest import mock

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bookkit import recipes
from bookkit.processor import precision
from charrnn import RNNModel, in_place
from charrnn.bptt import Backpropagation
from charrnn.in_place import InPlaceBackpropagation
from charrnn.training import choose_updater, train_epoch_rnn
from studies import record, run

SEEDS = [0]  # of the parameters and the minibatches
NUM_ROUNDS = 60
ROUNDS_EACH = 6  # then all begin anew, because it counts where tensors are
Batches = list[tuple[Tensor, Tensor]]
Job = Callable[[], object]


def main() -> None:
    """Measure all, in both precisions, and write the record."""
    run.take_no_arguments(__doc__)
    torch.set_num_threads(1)
    results: dict[str, object] = {"num_rounds": NUM_ROUNDS}
    for name in ("highest", "medium"):
        with precision(name):
            results[name] = compare(measure())
    record.write(__file__, SEEDS, results)


class Fresh(InPlaceBackpropagation):
    """Allocate the large tensors anew for each minibatch."""

    def allocate(self, num_steps: int, H_0: Tensor) -> None:
        """Forget the present tensors, so that they are made anew."""
        self.H = torch.empty(0)
        super().allocate(num_steps, H_0)


def multiply_(W: Tensor, tokens: Tensor, out: Tensor) -> None:
    """Do what ``look_up_`` does, by multiplication."""
    torch.mm(F.one_hot(tokens, len(W)).to(W), W, out=out)


def add_by_product(dA: Tensor, tokens: Tensor, vocab_size: int) -> Tensor:
    """Do what ``add_rows`` does, by multiplication."""
    return F.one_hot(tokens, vocab_size).to(dA).T @ dA


def contenders() -> dict[str, Job]:
    """Return what trains for an epoch, by name."""
    recipe = recipes.SEQUENTIAL
    train_iter, vocab = recipes.load_data(recipe)
    batches = list(train_iter)

    def job(gradients_of: Callable, **without: Callable) -> Job:
        model = recipes.initial_model(recipe, vocab)
        return partial(epoch, model, batches, gradients_of(model), without)

    library = RNNModel(nn.RNN(len(vocab), recipe.num_hiddens), len(vocab))
    # Our network has one bias: the second of PyTorch's layer stays as it is.
    library.rnn.bias_hh_l0.requires_grad_(False)
    products = {"look_up_": multiply_, "add_rows": add_by_product}
    tanh = {"tanh_": torch.Tensor.tanh_}
    return {
        "nn.RNN": partial(epoch, library, batches),
        "autograd": job(lambda model: None),
        "by hand": job(Backpropagation),
        "in place": job(Fresh, **products, **tanh),
        "tensors kept": job(InPlaceBackpropagation, **products, **tanh),
        "sigmoid": job(InPlaceBackpropagation, **products),
        "look-up": job(InPlaceBackpropagation),
        "products": Products(recipes.initial_model(recipe, vocab), batches),
    }


def epoch(
    model: object,
    batches: Batches,
    gradients: Callable | None = None,
    without: dict[str, Callable] | None = None,
) -> None:
    """Train for an epoch, without some of what makes it fast."""
    with mock.patch.dict(vars(in_place), without or {}):
        train_epoch_rnn(
            model, batches, nn.CrossEntropyLoss(), choose_updater(model, 1),
            False, gradients=gradients,
        )  # fmt: skip


class Products:
    """The matrix products of an epoch, and nothing else."""

    def __init__(self, model: object, batches: Batches) -> None:
        self.num_batches, (X, _) = len(batches), batches[0]
        batch_size, num_steps = X.shape
        size = num_steps * batch_size, model.vocab_size
        self.params = [param.detach() for param in model.params]
        self.gradients = [torch.empty_like(param) for param in self.params]
        self.X, self.dO = torch.randn(size), torch.randn(size)
        self.H = torch.randn(num_steps, batch_size, model.num_hiddens)
        self.O, self.A = torch.empty(size), torch.empty_like(self.H)

    def __call__(self) -> None:
        """Compute them."""
        H, A = self.H.flatten(0, 1), self.A.flatten(0, 1)
        W_xh, W_hh, _, W_hq, _ = self.params
        dW_xh, dW_hh, _, dW_hq, _ = self.gradients
        for _ in range(self.num_batches):
            torch.mm(self.X, W_xh, out=A)
            for before, after in zip(self.H, self.A, strict=True):
                torch.mm(before, W_hh, out=after)
            torch.mm(H, W_hq, out=self.O)
            torch.mm(self.dO, W_hq.T, out=A)
            for after, before in zip(self.H, self.A, strict=True):
                torch.mm(after, W_hh.T, out=before)
            torch.mm(self.X.T, A, out=dW_xh)
            torch.mm(H.T, A, out=dW_hh)
            torch.mm(H.T, self.dO, out=dW_hq)


def measure() -> dict[str, list[float]]:
    """Return the seconds of processor time of each job in each round."""
    seconds: dict[str, list[float]] = defaultdict(list)
    shuffle = random.Random(0).shuffle
    for i in range(NUM_ROUNDS):
        if i % ROUNDS_EACH == 0:
            jobs = contenders()
            for job in jobs.values():
                job()  # the first time may differ
        order = list(jobs.items())
        shuffle(order)
        for name, job in order:
            start = time.process_time()
            job()
            seconds[name].append(time.process_time() - start)
    return seconds


def compare(seconds: dict[str, list[float]]) -> dict[str, dict]:
    """Return the seconds of an epoch, and how many times as fast each is."""

    def times(ours: list[float], theirs: list[float]) -> list[float]:
        return quartiles([b / a for a, b in zip(ours, theirs, strict=True)])

    return {
        name: {
            "seconds": quartiles(seconds[name]),
            "times": {
                peer: times(seconds[name], seconds[peer])
                for peer in ("nn.RNN", "products")
            },
        }
        for name in seconds
    }


def quartiles(values: list[float]) -> list[float]:
    """Return the first quartile, the median, and the third quartile."""
    return [float(f"{value:.5g}") for value in quantiles(values, n=4)]


if __name__ == "__main__":
    main()
