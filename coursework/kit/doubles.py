"""Test doubles: models that note what they are given, and a loss."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from coursework.kit import cases

LOSS = nn.CrossEntropyLoss(label_smoothing=0.2)  # nobody makes one like it


class Model:
    """What the models have in common."""

    def __init__(self, vocab_size: int, num_hiddens: int) -> None:
        self.vocab_size, self.num_hiddens = vocab_size, num_hiddens
        self.params = [torch.zeros(1, requires_grad=True)]  # for a device

    def parameters(self) -> list[Tensor]:
        """Return the parameters."""
        return self.params

    @property
    def gradients(self) -> list[Tensor]:
        """Return copies of the gradients, with zeros for None."""
        return [
            torch.zeros_like(p) if p.grad is None else p.grad.clone()
            for p in self.params
        ]

    def begin_state(self, batch_size: int, **options: Any) -> tuple[Tensor]:
        """Return the state before anything has been read."""
        return (torch.zeros(batch_size, self.num_hiddens),)

    def validate(self, X: Tensor, state: Any) -> None:
        """Raise an error that students read, if an argument is wrong."""
        if not isinstance(state, tuple | list):
            kind = type(state).__name__
            raise TypeError(f"the state must be a tuple, (H,), not a {kind}")
        V, shapes = self.vocab_size, [tuple(S.shape) for S in (X, *state)]
        if X.dim() != 2 or shapes[1:] != [(len(X), self.num_hiddens)]:
            shown = str(shapes)[1:-1]
            raise ValueError(
                "X must be (batch_size, num_steps), and H in the state "
                f"(batch_size, num_hiddens): the shapes are {shown}"
            )
        if X.is_floating_point() or not -1 < X.min() <= X.max() < V:
            raise IndexError(
                "X must hold indices of the given vocabulary, from 0 to "
                f"{V - 1}, not {X.flatten().tolist()}"
            )


class ModelWithGradients(Model):
    """A fake of a model after a backward pass."""

    def __init__(self, gradients: list[Tensor]) -> None:
        super().__init__(cases.V, cases.h)
        self.params = [torch.ones_like(g).requires_grad_() for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()


class Reader(Model):
    """A fake of a trained network, whose state is the number of a text.

    A hash of all that it has read determines what it expects, so that an error
    in what is read shows in what is written. A state that does not come from
    here has read the unknown symbol.
    """

    def __init__(self) -> None:
        super().__init__(cases.V, num_hiddens=1)
        self.texts: dict[float, list[int]] = {0: []}

    def best_after(self, text: list[int]) -> int:
        """Return the prediction, neither ``<unk>`` nor the last symbol."""
        code = 0
        for symbol in text:
            # With this factor, a space soon follows each of cases.WORDS.
            code = 1 + (456 * code + symbol) % 99991
        others = self.vocab_size - 2
        return 1 + (text[-1] + code % others) % (others + 1)

    def __call__(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Read symbols; return the logits after each, and the new state."""
        self.validate(X, state)
        text = [*self.texts.get(float(state[0]), [0])]
        logits = torch.zeros(X.shape[1], self.vocab_size)
        for row, symbol in zip(logits, X[0].tolist(), strict=True):
            text.append(symbol)
            row[self.best_after(text)] = 1.0
        if len(logits) > 2:  # a mean over rows is neither first nor last
            logits[len(logits) // 2] *= 9
        logits[:, 0] = -100.0  # nobody samples <unk>
        self.texts[number := len(self.texts)] = text
        return logits, (torch.full((1, 1), float(number)),)


class Read(NamedTuple):
    """What a Learner was given to read, and its parameters then."""

    X: Tensor
    state: Tensor
    is_attached: bool
    params: list[Tensor]


class Step(NamedTuple):
    """The gradients when a step was due, and the last minibatch read."""

    batch_size: Any
    gradients: list[Tensor]
    X: Tensor


class Learner(Model):
    """A model to train, which notes minibatches, states, and steps.

    It predicts from the last symbol alone, so that a wrong state leaves the
    gradients right. Its logits are multiplied by ``scale``, which makes
    gradients longer.
    """

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        super().__init__(cases.V, cases.h)
        _, _, self.params = cases.network(seed)
        self.start, self.scale = copies(self.params), scale
        self.begin()

    def begin(self) -> None:
        """Forget what was noted."""
        self.reads, self.steps = list[Read](), list[Step]()

    def __call__(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Return outputs, (num_steps * batch_size, V), and the new state."""
        self.validate(X, state)
        (W_xh, W_hh, b_h, W_hq, b_q), (H,) = self.params, state
        kept = copies(self.params)
        for read in self.reads[-1:]:
            same = torch.equal(read.X, X)
            if same and all(map(torch.equal, kept, read.params)):
                self.reads.pop()  # it may be read twice before its step
        is_attached = H.grad_fn is not None
        self.reads.append(Read(X, H.detach().clone(), is_attached, kept))
        nothing = 0 * (b_h[0] * H).sum()  # but a graph
        hidden = torch.tanh(W_xh[X.T] @ W_hh + b_h)
        O = self.scale * (hidden @ W_hq + b_q).flatten(0, 1) + nothing
        return O, ((H + X.sum(1, keepdim=True)) * (1 + nothing),)

    def step(self, batch_size: Any) -> None:
        """Note that a step is due, and leave the parameters as they are."""
        for read in self.reads[-1:]:
            self.steps.append(Step(batch_size, self.gradients, read.X))

    def optimiser(self) -> torch.optim.Adam:
        """Return an optimiser that notes its steps, which change nothing."""
        found = torch.optim.Adam(self.params, lr=0.0)
        # After the step: it may call a function that computes the gradients.
        found.register_step_post_hook(lambda *_: self.step(1))
        return found

    @property
    def is_unchanged(self) -> bool:
        """Return whether the parameters are those of the beginning."""
        return all(map(torch.equal, self.params, self.start))


def copies(tensors: list[Tensor]) -> list[Tensor]:
    """Return copies without a graph."""
    return [tensor.detach().clone() for tensor in tensors]


@dataclass
class Minibatches:
    """Minibatches, and the order in which they were cut from a text."""

    batches: list[tuple[Tensor, Tensor]]
    use_random_iter: bool

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Return the minibatches, one after the other."""
        return iter(self.batches)
