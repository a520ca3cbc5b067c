"""Test doubles: models, a loss, and updaters that record their use."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import coursework.checks.cases as cases


class Call(NamedTuple):
    """A call of a HashingModel: symbols, states, and its predictions."""

    read: list[int]
    state: float
    after: float
    best: list[int]  # the prediction after each symbol


class HashingModel:
    """A fake of a trained network, whose state is a hash of what it has read.

    The state determines the next symbol that it predicts, so that an error
    in what it is given to read shows in the text.
    """

    def __init__(self, vocab_size: int) -> None:
        self.vocab_size, self.num_hiddens = vocab_size, 1
        self.calls: list[Call] = []
        self.params = [torch.zeros(1, requires_grad=True)]  # for a device

    def parameters(self) -> list[Tensor]:
        """Return the parameters, which have no effect."""
        return self.params

    def begin_state(self, batch_size: int) -> tuple[Tensor]:
        """Return the state before anything has been read."""
        return (torch.zeros(batch_size, 1),)

    def __call__(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Read symbols; return the logits after each, and the new state."""
        (H,) = state
        if X.dim() != 2 or len(X) != len(H):
            raise ValueError(
                f"the minibatch is {tuple(X.shape)}, and must be "
                f"(batch_size, num_steps) with a batch_size of {len(H)}, "
                "that of the state"
            )
        before, predicted = H[0].item(), []
        for x in X.T:
            H = (31 * H + x[:, None] + 1) % 1009
            predicted.append(1 + (H[:, 0] % (self.vocab_size - 1)).long())
        best = [int(symbols[0]) for symbols in predicted]
        self.calls.append(Call(X[0].tolist(), before, H[0].item(), best))
        return F.one_hot(torch.cat(predicted), self.vocab_size).float(), (H,)

    def step(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Read one symbol of each row."""
        return self(X[:, None], state)


class ModelWithGradients:
    """A fake of a model after a backward pass."""

    def __init__(self, gradients: list[Tensor]) -> None:
        self.params = [torch.ones_like(g).requires_grad_() for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()

    def parameters(self) -> list[Tensor]:
        """Return the parameters."""
        return self.params

    @property
    def gradients(self) -> list[Tensor]:
        """Return copies of the gradients that are not None."""
        grads = [param.grad for param in self.params]
        return [grad.clone() for grad in grads if grad is not None]


class Read(NamedTuple):
    """What a RecordingModel was given to read, and its parameters then."""

    X: Tensor
    state: Tensor
    is_attached: bool
    params: list[Tensor]


class RecordingModel(ModelWithGradients):
    """A small network of PyTorch's layers that records its inputs.

    Its logits are multiplied by ``scale``, which makes gradients longer.
    """

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        self.layer, self.linear = cases.recurrent(seed)
        self.scale, self.reads = scale, list[Read]()
        self.vocab_size, self.num_hiddens = cases.V, cases.h
        layers = self.layer, self.linear
        self.params = [p for layer in layers for p in layer.parameters()]

    def begin_state(self, batch_size: int) -> tuple[Tensor]:
        """Return zeros."""
        return (torch.zeros(batch_size, cases.h),)

    def __call__(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Return outputs, (num_steps * batch_size, V), and the new state."""
        (H,) = state
        params = [param.detach().clone() for param in self.params]
        self.reads.append(
            Read(X.clone(), H.detach().clone(), H.requires_grad, params)
        )
        inputs = F.one_hot(X.T, cases.V).float()
        states, last = self.layer(inputs, H[None])
        logits = self.scale * self.linear(states.flatten(0, 1))
        return logits, (last[0].clone(),)  # a view cannot be detached in place


class RecordingLoss(nn.CrossEntropyLoss):
    """The cross-entropy, which records its arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Tensor, Tensor]] = []

    def forward(self, O: Tensor, Y: Tensor) -> Tensor:
        """Return the cross-entropy."""
        self.calls.append((O.detach().clone(), Y.clone()))
        return super().forward(O, Y)


class Update(NamedTuple):
    """The gradients when a step was taken, and what divides them."""

    gradients: list[Tensor]
    batch_size: float


class Updater:
    """Record the gradients when a step is due, but take none."""

    def __init__(self, model: RecordingModel) -> None:
        self.model, self.updates = model, list[Update]()

    def __call__(self, batch_size: float) -> None:
        """Record the gradients, and the batch size that divides them."""
        self.updates.append(Update(self.model.gradients, batch_size))


class SGD(torch.optim.SGD):  # students read its name in an error message
    """Record the gradients when a step is due; it has the length 0."""

    def __init__(self, model: RecordingModel) -> None:
        super().__init__(model.params, lr=0.0)
        self.model, self.updates = model, list[Update]()

    def step(self, closure: Any = None) -> Any:
        """Record the gradients, and take a step."""
        loss = super().step(closure)
        self.updates.append(Update(self.model.gradients, 1))
        return loss
