"""Test doubles: models, a loss, and updaters that record their use."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from coursework.kit import cases


class Model:
    """What the models have in common."""

    def __init__(self, vocab_size: int, num_hiddens: int) -> None:
        self.vocab_size, self.num_hiddens = vocab_size, num_hiddens
        self.params = [torch.zeros(1, requires_grad=True)]  # for a device
        self.is_asked = False  # for its parameters

    def parameters(self) -> list[Tensor]:
        """Return the parameters."""
        self.is_asked = True
        return self.params

    def __dir__(self) -> list[str]:
        """Return the names that the text of the lab gives to students."""
        return ["begin_state", "parameters"]

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


class Call(NamedTuple):
    """A call of a HashingModel."""

    start: list[int]  # what the given state has read before
    read: list[int]
    best: list[int]  # the prediction after each symbol

    @property
    def seen(self) -> list[int]:
        """Return all that the new state has read."""
        return self.start + self.read


class HashingModel(Model):
    """A fake of a trained network, whose state is the number of a text.

    A hash of the text determines the next symbol, so that an error in what
    is read shows in what is written. A state that does not come from here
    has read the unknown symbol.
    """

    def __init__(self, vocab_size: int) -> None:
        super().__init__(vocab_size, num_hiddens=1)
        self.texts: dict[float, list[int]] = {0: []}
        self.calls = list[Call]()

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
        if len(self.calls) > 999:
            raise RuntimeError("the model is called again and again")
        start, read = self.texts.get(float(state[0]), [0]), X[0].tolist()
        ends = range(1, len(read) + 1)
        best = [self.best_after(start + read[:end]) for end in ends]
        self.calls.append(Call(start, read, best))
        number = len(self.texts)
        self.texts[number] = start + read
        logits = F.one_hot(torch.tensor(best), self.vocab_size).float()
        if len(logits) > 2:  # a mean over rows is neither first nor last
            logits[len(logits) // 2] *= 9
        logits[:, 0] = -100.0  # nobody samples <unk>
        return logits, (torch.full((1, 1), float(number)),)


class ModelWithGradients(Model):
    """A fake of a model after a backward pass."""

    def __init__(self, gradients: list[Tensor]) -> None:
        super().__init__(cases.V, cases.h)
        self.params = [torch.ones_like(g).requires_grad_() for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()


class Loss(NamedTuple):
    """The arguments of a loss, its value, and its gradients."""

    outputs: Tensor
    targets: Tensor
    value: float
    gradients: list[Tensor]


@dataclass
class Read:
    """What a RecordingModel was given to read, and its parameters then."""

    X: Tensor
    state: Tensor
    is_attached: bool
    after: Tensor  # the new state
    params: list[Tensor]
    right: Loss  # with the targets that belong to X
    called: Loss | None = None

    @property
    def loss(self) -> Loss:
        """Return the loss that was called, or the right one."""
        return self.called or self.right


class Update(NamedTuple):
    """The gradients when a step was due, and the last minibatch read."""

    gradients: list[Tensor]
    batch_size: Any
    read: Read


class RecordingModel(Model):
    """A small recurrent network that records what it reads.

    Its logits are multiplied by ``scale``, which makes gradients longer. It
    takes some time, as clocks may be coarse.
    """

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        super().__init__(cases.V, cases.h)
        _, _, self.params = cases.network(seed)
        self.start, self.scale = copies(self.params), scale
        self.reads, self.updates = list[Read](), list[Update]()

    def __call__(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Return outputs, (num_steps * batch_size, V), and the new state."""
        self.validate(X, state)
        time.sleep(0.002 * X.numel())
        self.note_read(X, state[0])
        outputs, after = self.run(X, state[0])
        return outputs, (after,)

    def run(self, X: Tensor, H: Tensor) -> tuple[Tensor, Tensor]:
        """Return the outputs, and the tensor of the new state."""
        inputs = F.one_hot(X.T, cases.V).float()
        outputs, states = cases.by_library(inputs, H, self.params)
        # A view cannot be detached in place.
        return self.scale * outputs.flatten(0, 1), states[-1].clone()

    def note_read(self, X: Tensor, H: Tensor) -> None:
        """Record a minibatch, with the loss that it should have."""
        # This has gradients, even if the model is asked for predictions.
        with torch.inference_mode(False), torch.enable_grad():
            is_attached = H.grad_fn is not None
            X, H = copies([X, H])
            O, after = self.run(X, H)
            Y = cases.following(X).T.flatten()
            right = loss_of(self, F.cross_entropy(O, Y), O, Y)
        before, after = copies(self.params), after.detach()
        self.reads.append(Read(X, H, is_attached, after, before, right))

    def note_update(self, batch_size: Any) -> None:
        """Record that a step is due."""
        for read in self.reads[-1:]:
            self.updates.append(Update(self.gradients, batch_size, read))


def copies(tensors: list[Tensor]) -> list[Tensor]:
    """Return copies without a graph."""
    return [tensor.detach().clone() for tensor in tensors]


def loss_of(model: Model, value: Tensor, O: Tensor, Y: Tensor) -> Loss:
    """Return a loss with its gradients, and leave its graph as it is."""
    grads: tuple[Tensor, ...] = ()
    if value.requires_grad:
        grads = torch.autograd.grad(value, model.params, retain_graph=True)
    return Loss(O.detach(), Y, value.item(), [*grads])


class RecordingLoss(nn.CrossEntropyLoss):
    """The cross-entropy, which records its calls with the model's reads."""

    def __init__(self, model: RecordingModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the cross-entropy; PyTorch has given the names."""
        value = super().forward(input, target)
        for read in self.model.reads[-1:]:
            read.called = loss_of(self.model, value, input, target)
        return value


def optimiser(model: RecordingModel) -> torch.optim.Adam:
    """Return an optimiser that records its steps, which have the length 0."""
    found = torch.optim.Adam(model.params, lr=0.0)
    # After the step: it may call a function that computes the gradients.
    found.register_step_post_hook(lambda *_: model.note_update(1))
    return found


@dataclass
class Minibatches:
    """Minibatches, and the order in which they were cut from a text."""

    batches: list[tuple[Tensor, Tensor]]
    use_random_iter: bool

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Return the minibatches, one after the other."""
        return iter(self.batches)
