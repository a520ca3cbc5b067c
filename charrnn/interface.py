"""The types that the modules share, and what they require of each other.

Any object with these methods will do: the network of this package, a layer of
PyTorch, or a model of your own.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from torch import Tensor
from torch.optim import Optimizer

State = tuple[Tensor, ...]  # what a model remembers between time steps
Loss = Callable[[Tensor, Tensor], Tensor]  # of logits and targets
# An optimiser, or a function of the batch size that updates the parameters.
Updater = Optimizer | Callable[[int], None]
# From a minibatch (X, Y) and a state to the mean loss and the new state. It
# leaves the gradients in the ``grad`` of the parameters.
Gradients = Callable[[Tensor, Tensor, State], tuple[Tensor, State]]


class Model(Protocol):
    """A model that predicts the next symbol, as ``RNNModelScratch`` does.

    ``X`` holds indices of symbols, int64, (batch_size, num_steps).
    """

    def begin_state(self, batch_size: int) -> State:
        """Return the initial state."""

    def __call__(self, X: Tensor, state: State) -> tuple[Tensor, State]:
        """Return logits, (num_steps * batch_size, V), and the new state."""

    def parameters(self) -> Iterable[Tensor]:
        """Return the parameters."""


class Vocabulary(Protocol):
    """A numbering of symbols, such as ``Vocab``."""

    unk: int  # the index of the unknown symbol

    def __getitem__(self, tokens: list[str]) -> Any:
        """Return the indices of tokens, as a list."""

    def to_tokens(self, indices: int | list[int]) -> Any:
        """Return the token at an index, or the tokens at several."""

    def clean_prefix(self, prefix: str) -> str:
        """Return the prefix, cleaned as the corpus is."""
