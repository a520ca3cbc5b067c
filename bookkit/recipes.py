"""Recipes: named training runs, each with all that decides it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR

from bookkit.processor import (
    choose_precision,
    flushed_denormals,
    precision,
)
from charrnn.corpus import (
    Minibatches,
    Vocab,
    clean,
    load_data_time_machine,
    read_text,
    rows,
)
from charrnn.history import History
from charrnn.in_place import InPlaceBackpropagation
from charrnn.interface import Model, Updater
from charrnn.model import (
    RNNModelScratch,
    get_params,
    init_rnn_state,
    rnn,
)
from charrnn.training import DivergenceError, evaluate, sgd, train_rnn

EVALUATE_EVERY = 10  # epochs, on held-out text
MAX_BAD_EPOCHS = 20  # in a row, worse than guessing: the run has diverged


@dataclass(frozen=True)
class Recipe:
    """Describe a training run completely.

    ``name`` becomes part of a file's. ``path`` names the text, by default the
    novel, ``max_tokens`` the part of it to train on, and ``letters_only`` how
    it is cleaned; see ``load_data_time_machine``. ``updater`` is ``"sgd"`` or
    ``"adam"``. With ``cosine``, the learning rate of Adam falls from ``lr`` to
    zero along half a cosine. The seed decides the initial parameters and the
    minibatches. The perplexity of the next ``held_out`` characters is measured
    every ``EVALUATE_EVERY`` epochs, and the parameters after the epochs of
    ``snapshots`` are kept. A run that ``may_diverge`` ends where its gradient
    is not finite, or after ``MAX_BAD_EPOCHS`` epochs in a row that are worse
    than guessing.

    Raises ValueError if ``updater`` is unknown, or ``cosine`` is set without
    Adam.
    """

    name: str
    use_random_iter: bool = False
    path: str | None = None
    max_tokens: int = 10000
    batch_size: int = 32
    num_steps: int = 35
    num_hiddens: int = 512
    updater: str = "sgd"
    lr: float = 1.0
    theta: float = 1.0
    num_epochs: int = 500
    seed: int = 0
    cosine: bool = False
    held_out: int = 0
    may_diverge: bool = False
    snapshots: tuple[int, ...] = ()
    letters_only: bool = True

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.updater not in ("sgd", "adam"):
            raise ValueError(
                f"the updater must be 'sgd' or 'adam', not {self.updater!r}"
            )
        if self.cosine and self.updater != "adam":
            raise ValueError("cosine needs the updater 'adam'")


Snapshots = dict[int, list[Tensor]]  # parameters, by the epoch


class Trained(NamedTuple):
    """A trained model, the history of its training, and its vocabulary."""

    model: RNNModelScratch
    history: History
    vocab: Vocab


SEQUENTIAL = Recipe(
    "sequential", held_out=10000, snapshots=(1, 10, 50, 100, 200)
)
RANDOM = Recipe("random", use_random_iter=True, held_out=10000)
# The same with different thresholds.
LOOSE = Recipe("loose", theta=10.0, may_diverge=True)
UNCLIPPED = Recipe("unclipped", theta=math.inf, may_diverge=True)
UNCLIPPED_RANDOM = replace(
    UNCLIPPED, name="unclipped_random", use_random_iter=True
)
TIGHT = Recipe("tight", theta=0.1)
# Nine tenths of the novel; the last tenth is for tests.
NOVEL = Recipe(
    "novel",
    use_random_iter=True,
    max_tokens=156_412,
    num_hiddens=256,
    updater="adam",
    lr=5e-3,
    cosine=True,
    num_epochs=24,
)
# The same part of it with capitals, punctuation, and line breaks.
PROSE = replace(
    NOVEL,
    name="prose",
    letters_only=False,
    max_tokens=161_218,
    batch_size=16,
    lr=2e-3,
    num_epochs=22,
)
# In the order of training: those that take longest come first.
ON_OPENING = SEQUENTIAL, RANDOM, UNCLIPPED_RANDOM, TIGHT, LOOSE, UNCLIPPED
RECIPES = {recipe.name: recipe for recipe in (*ON_OPENING, PROSE, NOVEL)}


def train(recipe: Recipe) -> tuple[Trained, Snapshots]:
    """Train the model of ``recipe``, on one thread, with a progress bar.

    Gradients are computed by hand, and matrices multiplied in the fastest way
    that keeps single precision.

    Raises KeyboardInterrupt if the reader ends the run early, DivergenceError
    if it diverges and may not, and as ``load_data`` and ``train_rnn`` do.
    """
    train_iter, vocab = load_data(recipe)
    held_out = held_out_rows(recipe, vocab) if recipe.held_out else None
    model = initial_model(recipe, vocab)
    updater = make_updater(recipe, model)
    snapshots: Snapshots = {}
    try:
        with precision(choose_precision()), flushed_denormals():
            history = train_rnn(
                model,
                train_iter,
                vocab,
                recipe.lr,
                recipe.num_epochs,
                recipe.use_random_iter,
                theta=recipe.theta,
                updater=updater,
                report=False,
                after_epoch=make_callback(
                    recipe, model, updater, held_out, snapshots
                ),
                gradients=InPlaceBackpropagation(model),
                num_threads=1,  # more than free cores slow it down
            )
    except DivergenceError as error:
        if not recipe.may_diverge:
            raise
        return Trained(model, error.history, vocab), snapshots
    done = len(history) == recipe.num_epochs
    if not done and not has_diverged(recipe, history, len(vocab)):
        raise KeyboardInterrupt(f"the training of {recipe.name} is not done")
    return Trained(model, history, vocab), snapshots


def copy_params(model: Model) -> list[Tensor]:
    """Return a copy of the parameters."""
    return [param.detach().clone() for param in model.parameters()]


def has_diverged(recipe: Recipe, history: History, guessing: int) -> bool:
    """Return whether a run that may diverge has surely done so.

    ``guessing`` has a perplexity equal to the size of the vocabulary.
    """
    latest = history.perplexity[-MAX_BAD_EPOCHS:]
    long_enough = len(latest) == MAX_BAD_EPOCHS
    return recipe.may_diverge and long_enough and min(latest) > guessing


def make_callback(
    recipe: Recipe,
    model: RNNModelScratch,
    updater: Updater,
    held_out: tuple[Tensor, Tensor] | None,
    snapshots: Snapshots,
) -> Callable[[History], bool]:
    """Return a function to call after each epoch; true ends the run.

    It sets the next learning rate and, if they are due, measures the
    perplexity of ``held_out`` and adds the parameters to ``snapshots``.
    """
    schedule = None
    if recipe.cosine:
        assert isinstance(updater, Optimizer)  # it is Adam
        schedule = CosineAnnealingLR(updater, recipe.num_epochs)

    def after_epoch(history: History) -> bool:
        if schedule is not None:
            schedule.step()
        epoch = len(history)
        if held_out is not None and epoch % EVALUATE_EVERY == 0:
            history.held_out.append((epoch, evaluate(model, *held_out)))
        if epoch in recipe.snapshots:
            snapshots[epoch] = copy_params(model)
        return has_diverged(recipe, history, model.vocab_size)

    return after_epoch


def load_text(recipe: Recipe) -> str:
    """Return the text of ``recipe``, cleaned."""
    return clean(read_text(recipe.path), letters_only=recipe.letters_only)


def load_data(recipe: Recipe) -> tuple[Minibatches, Vocab]:
    """Return the minibatches and the vocabulary of ``recipe``.

    Raises as ``load_data_time_machine`` does.
    """
    return load_data_time_machine(
        recipe.batch_size,
        recipe.num_steps,
        recipe.use_random_iter,
        recipe.max_tokens,
        path=recipe.path,
        generator=torch.Generator().manual_seed(recipe.seed),
        letters_only=recipe.letters_only,
    )


def held_out_rows(recipe: Recipe, vocab: Vocab) -> tuple[Tensor, Tensor]:
    """Return the text after the training text, as ``rows`` does.

    It has as many rows as a minibatch.
    """
    unseen = load_text(recipe)[recipe.max_tokens :][: recipe.held_out]
    return rows(torch.tensor(vocab[list(unseen)]), recipe.batch_size)


def initial_model(recipe: Recipe, vocab: Vocab) -> RNNModelScratch:
    """Return the untrained model of ``recipe``."""
    generator = torch.Generator().manual_seed(recipe.seed)
    return RNNModelScratch(
        len(vocab),
        recipe.num_hiddens,
        partial(get_params, generator=generator),
        init_rnn_state,
        rnn,
    )


def make_updater(recipe: Recipe, model: Model) -> Updater:
    """Return the updater of ``recipe`` for ``model``."""
    if recipe.updater == "adam":
        return torch.optim.Adam(model.parameters(), lr=recipe.lr)
    return partial(sgd, model.parameters(), recipe.lr)
