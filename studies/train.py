"""Measure the training step: ours, its peers, and the limit.

    .venv/bin/python -m studies.train

writes studies/train.json, which the page about speed reads. It takes
about ten minutes on an idle machine. All networks begin with the same
parameters and take the same steps.

The limit is the time for the matrix products of a step alone: each product of
the equations once, with the result written to an existing tensor. Its inputs
are one-hot vectors too, and the gradient goes back to the initial state, as
it does by hand.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from bookkit import recipes
from bookkit.processor import precision
from charrnn import RNNModel, RNNModelScratch, sgd, train_epoch_rnn
from charrnn.bptt import Backpropagation
from studies import peers, record, run
from studies.timing import Job, measure, quartiles, times_as_fast

SEEDS = [0]  # of the parameters and the minibatches
Batches = list[tuple[Tensor, Tensor]]
SIZES = {"num_hiddens": 512, "num_steps": 35, "batch_size": 32}
GROWTH = {
    "num_hiddens": [128, 256, 512, 1024, 2048],
    "num_steps": [16, 32, 64, 128, 256],
    "batch_size": [8, 16, 32, 64, 128, 256],
}
NUM_ROUNDS = 40
NUM_BATCHES = 2  # of an epoch, as sizes grow
NUM_EPOCHS = 5  # to compare losses
PEERS = ["d2l", "nn.RNN", "limit"]
GROWING = ["nn.RNN", "autograd", "by hand", "limit"]


def main() -> None:
    """Measure everything and write the record."""
    run.take_no_arguments(__doc__)
    peers.use_environment()
    all_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    settings = SIZES | {"num_rounds": NUM_ROUNDS, "peer": peers.PEER}
    results = {"settings": settings, "loss": compare_losses(), "threads": {}}
    for num_threads in sorted({1, all_threads}):
        torch.set_num_threads(num_threads)
        results["threads"][num_threads] = measure_epochs()
    torch.set_num_threads(1)
    results["growth"] = {
        size: {"values": GROWTH[size], "seconds": measure_growth(size)}
        for size in GROWTH
    }
    record.write(__file__, SEEDS, results)


def compare_losses() -> dict[str, list[float]]:
    """Train all for some epochs from the same start; return the mean losses.

    Raises AssertionError if two that compute in single precision differ by
    more than 1e-4.
    """
    losses = {
        name: [math.log(job()) for _ in range(NUM_EPOCHS)]
        for name, job in contenders(**SIZES).items()
        if not name.startswith("limit")
    }
    for name, values in losses.items():
        pairs = zip(values, losses["autograd"], strict=True)
        difference = max(abs(ours - theirs) for ours, theirs in pairs)
        assert difference <= 1e-4 or name == "by hand, bfloat16"
    return losses


def measure_epochs() -> dict[str, dict]:
    """Measure an epoch of each; return speeds and ratios."""
    batches, _ = load(**SIZES)
    num_tokens = sum(Y.numel() for _, Y in batches)
    seconds = measure(contenders(**SIZES), NUM_ROUNDS)
    return {
        name: {
            "tokens_per_sec": quartiles([num_tokens / v for v in values]),
            "times": {p: times_as_fast(values, seconds[p]) for p in PEERS},
        }
        for name, values in seconds.items()
    }


def measure_growth(size: str) -> dict[str, list[float]]:
    """Measure a step of some contenders as one of the sizes grows.

    Returns the seconds of each step, for each value of ``GROWTH``.
    """
    found = {name: [] for name in GROWING}
    for value in GROWTH[size]:
        jobs = contenders(**SIZES | {size: value}, num_batches=NUM_BATCHES)
        chosen = {name: jobs[name] for name in GROWING}
        seconds = measure(chosen, num_rounds=9, warm_up=1)
        for name, values in seconds.items():
            found[name].append(quartiles(values)[1] / NUM_BATCHES)
    return found


def load(**sizes: int) -> tuple[Batches, Callable[[], RNNModelScratch]]:
    """Return the minibatches of one epoch, and what makes a new network.

    The text is as long as in the chapter, or longer if the sizes need it.
    """
    needed = 3 * sizes["num_steps"] * (sizes["batch_size"] + 1)
    sizes = sizes | {"max_tokens": max(10_000, needed), "seed": SEEDS[0]}
    recipe = replace(recipes.SEQUENTIAL, **sizes)
    train_iter, vocab = recipes.load_data(recipe)
    return list(train_iter), partial(recipes.initial_model, recipe, vocab)


def contenders(num_batches: int | None = None, **sizes: int) -> dict[str, Job]:
    """Return what trains for an epoch and returns its perplexity, by name."""
    batches, ours = load(**sizes)
    batches = batches[:num_batches]

    def library() -> Job:
        return partial(library_epoch, peers.library_model(ours()), batches)

    def by_hand(dtype: torch.dtype | None = None) -> Job:
        model = ours()
        gradients = Backpropagation(model, dtype)
        return partial(our_epoch, model, batches, gradients)

    products = Products(ours(), batches)
    return {
        "d2l": partial(d2l_epoch, peers.d2l_model(ours()), batches),
        "nn.RNN": library(),
        "autograd": partial(our_epoch, ours(), batches),
        "by hand": by_hand(),
        "limit": products,
        "nn.RNN, medium": medium(library()),
        "by hand, medium": medium(by_hand()),
        "limit, medium": medium(products),
        "by hand, bfloat16": by_hand(torch.bfloat16),
    }


def medium(job: Job) -> Job:
    """Let a job compute products of float32 with the precision "medium".

    PyTorch then uses another library, oneDNN, which may round to bfloat16 if
    the processor has instructions for it.
    """

    def faster() -> object:
        with precision("medium"):
            return job()

    return faster


def our_epoch(
    model: RNNModelScratch,
    batches: Batches,
    gradients: Callable | None = None,
) -> float:
    """Train our network for an epoch."""
    loss = nn.CrossEntropyLoss()
    perplexity, _ = train_epoch_rnn(
        model, batches, loss, partial(sgd, model.params, 1), False,
        gradients=gradients,
    )  # fmt: skip
    return perplexity


def d2l_epoch(model: object, batches: Batches) -> float:
    """Train a network of d2l for an epoch by its own functions."""
    from d2l import torch as d2l

    def updater(batch_size: int) -> None:
        d2l.sgd(model.params, 1, batch_size)

    loss, device = nn.CrossEntropyLoss(), torch.device("cpu")
    perplexity, _ = d2l.train_epoch_ch8(
        model, batches, loss, updater, device, False
    )
    return perplexity


def library_epoch(model: RNNModel, batches: Batches) -> float:
    """Train a network of PyTorch for an epoch by PyTorch's functions."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1)
    loss, total, num_tokens = nn.CrossEntropyLoss(), 0.0, 0
    (H,) = model.begin_state(len(batches[0][0]))
    for X, Y in batches:
        outputs, (H,) = model(X, (H.detach(),))
        mean_loss = loss(outputs, Y.T.reshape(-1))
        optimizer.zero_grad()
        mean_loss.backward()
        clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        total += mean_loss.item() * Y.numel()
        num_tokens += Y.numel()
    return math.exp(total / num_tokens)


class Products:
    """The matrix products of an epoch, and nothing else."""

    def __init__(self, model: RNNModelScratch, batches: Batches) -> None:
        self.num_batches = len(batches)
        X, _ = batches[0]
        batch_size, num_steps = X.shape
        size = num_steps * batch_size, model.vocab_size
        self.W_xh, self.W_hh, _, self.W_hq, _ = [
            param.detach() for param in model.params
        ]
        self.X, self.dO = torch.randn(size), torch.randn(size)
        self.H = torch.randn(num_steps, batch_size, model.num_hiddens)
        self.O, self.A = torch.empty(size), torch.empty_like(self.H)
        self.gradients = [torch.empty_like(p) for p in model.params]

    def __call__(self) -> None:
        """Compute them."""
        H, A = self.H.flatten(0, 1), self.A.flatten(0, 1)
        dW_xh, dW_hh, _, dW_hq, _ = self.gradients
        for _ in range(self.num_batches):
            torch.mm(self.X, self.W_xh, out=A)
            for before, after in zip(self.H, self.A, strict=True):
                torch.mm(before, self.W_hh, out=after)
            torch.mm(H, self.W_hq, out=self.O)
            torch.mm(self.dO, self.W_hq.T, out=A)
            for after, before in zip(self.H, self.A, strict=True):
                torch.mm(after, self.W_hh.T, out=before)
            torch.mm(self.X.T, A, out=dW_xh)
            torch.mm(H.T, A, out=dW_hh)
            torch.mm(H.T, self.dO, out=dW_hq)


if __name__ == "__main__":
    main()
