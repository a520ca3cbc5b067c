"""What a training run records, and how it shows its progress."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from tqdm import tqdm


@dataclass
class History:
    """Hold what a training run recorded: in each list, an entry per epoch.

    ``theta`` is the clipping threshold, ``perplexity`` the perplexity of the
    training text, ``norms`` the gradient norm of each step before clipping,
    and ``tokens_per_sec`` the speed in characters per second. ``held_out`` is
    filled by the caller, at any epochs, with pairs of an epoch and the
    perplexity of held-out text.
    """

    theta: float
    perplexity: list[float] = field(default_factory=list)
    norms: list[list[float]] = field(default_factory=list)
    tokens_per_sec: list[float] = field(default_factory=list)
    held_out: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Turn ``held_out`` into tuples, in case it is read from JSON."""
        self.held_out = [(epoch, value) for epoch, value in self.held_out]

    def __len__(self) -> int:
        """Return the number of epochs recorded."""
        return len(self.perplexity)

    @property
    def grad_norm(self) -> list[float]:
        """Return the largest gradient norm of each epoch."""
        return [max(norms) for norms in self.norms]

    @property
    def clipped(self) -> list[float]:
        """Return the share of clipped steps in each epoch."""
        return [
            sum(norm > self.theta for norm in norms) / len(norms)
            for norms in self.norms
        ]

    def append(
        self, perplexity: float, norms: list[float], speed: float
    ) -> None:
        """Record an epoch, with the gradient norm of each of its steps."""
        self.perplexity.append(perplexity)
        self.norms.append(norms)
        self.tokens_per_sec.append(speed)


class DivergenceError(FloatingPointError):
    """Report the epoch and step at which a gradient was not finite.

    ``history`` holds the epochs before.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message, history)  # both, so it can be pickled
        self.history = history

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


@contextmanager
def threads(num_threads: int | None) -> Iterator[None]:
    """Let PyTorch use ``num_threads`` threads, then restore their number.

    None leaves the number as it is.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def recording(history: History, num_epochs: int) -> Iterator[tqdm]:
    """Provide the epochs of a training run, with a progress bar.

    A KeyboardInterrupt ends the run early, without an error. The environment
    variable ``TQDM_DISABLE`` hides the bar.

    Turns a FloatingPointError into a DivergenceError with the ``history``.
    """
    epochs = tqdm(
        range(num_epochs), file=sys.stdout, unit=" epochs", mininterval=1
    )
    try:
        yield epochs
    except FloatingPointError as error:
        raise DivergenceError(
            f"epoch {len(history) + 1}, {error}", history
        ) from None
    except KeyboardInterrupt:
        print(f"interrupted: {len(history)} of {num_epochs} epochs done")
    finally:
        epochs.close()
