"""What the modules share: the state, and what they ask of each other.

Whatever has these methods will do: our own network, a layer of PyTorch, or
the model of a reader.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from torch import Tensor
from torch.optim import Optimizer

State = tuple[Tensor, ...]
Loss = Callable[[Tensor, Tensor], Tensor]
Updater = Optimizer | Callable[[int], None]
Gradients = Callable[[Tensor, Tensor, State], tuple[Tensor, State]]


class Model(Protocol):
    """Stand for any model with the interface of ``RNNModelScratch``."""

    def begin_state(self, batch_size: int) -> State:
        """Return the initial state."""

    def __call__(self, X: Tensor, state: State) -> tuple[Tensor, State]:
        """Return outputs, (num_steps * batch_size, V), and the new state."""

    def step(self, X: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the outputs of one step, (batch_size, V), and the state."""

    def parameters(self) -> Iterable[Tensor]:
        """Return the parameters."""


class Vocabulary(Protocol):
    """Stand for any vocabulary with the interface of ``Vocab``."""

    unk: int

    def __getitem__(self, tokens: list[str]) -> Any:
        """Return the indices of tokens, as a list."""

    def to_tokens(self, indices: int | list[int]) -> Any:
        """Return the token of an index, or the list of those of several."""

    def clean_prefix(self, prefix: str) -> str:
        """Return the prefix, cleaned."""
