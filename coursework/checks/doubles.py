"""Models, losses, and updaters that note how they are used."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import coursework.checks.cases as cases


class Call(NamedTuple):
    """What a reader read in a call, and what it expects after each symbol."""

    read: list[int]
    state: float
    after: float
    best: list[int]


class Reader:
    """Stand for a trained network: it tells all that it has read apart.

    Its state is a number, made of all symbols since the state was begun, and
    decides the symbol that it expects next.
    """

    def __init__(self, vocab_size: int) -> None:
        self.vocab_size, self.num_hiddens = vocab_size, 1
        self.calls: list[Call] = []
        self.params = [torch.zeros(1, requires_grad=True)]  # for a device

    def parameters(self) -> list[Tensor]:
        """Return the parameters, which nothing depends on."""
        return self.params

    def begin_state(self, batch_size: int) -> tuple[Tensor]:
        """Return the state in which nothing has been read."""
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
        before, expected = H[0].item(), []
        for x in X.T:
            H = (31 * H + x[:, None] + 1) % 1009
            expected.append(1 + (H[:, 0] % (self.vocab_size - 1)).long())
        best = [int(symbols[0]) for symbols in expected]
        self.calls.append(Call(X[0].tolist(), before, H[0].item(), best))
        return F.one_hot(torch.cat(expected), self.vocab_size).float(), (H,)

    def step(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Read one symbol of each row."""
        return self(X[:, None], state)


class Holder:
    """Hold parameters with gradients, as a model does."""

    def __init__(self, gradients: list[Tensor]) -> None:
        self.params = [torch.ones_like(g).requires_grad_() for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()

    def parameters(self) -> list[Tensor]:
        """Return the parameters."""
        return self.params

    @property
    def gradients(self) -> list[Tensor]:
        """Return copies of the gradients that there are."""
        grads = [param.grad for param in self.params]
        return [grad.clone() for grad in grads if grad is not None]


class Read(NamedTuple):
    """What a recorder was given to read, and its parameters then."""

    X: Tensor
    state: Tensor
    is_attached: bool
    params: list[Tensor]


class Recorder(Holder):
    """Stand for a network of our own, and note what it is given.

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
        """Return outputs and the new state, as a network does."""
        (H,) = state
        params = [param.detach().clone() for param in self.params]
        self.reads.append(
            Read(X.clone(), H.detach().clone(), H.requires_grad, params)
        )
        inputs = F.one_hot(X.T, cases.V).float()
        states, last = self.layer(inputs, H[None])
        logits = self.scale * self.linear(states.flatten(0, 1))
        return logits, (last[0].clone(),)  # a view cannot be detached in place


class Loss(nn.CrossEntropyLoss):
    """Note what the cross-entropy is computed of."""

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
    """Note the gradients when a step is to be taken, and take none."""

    def __init__(self, model: Recorder) -> None:
        self.model, self.updates = model, list[Update]()

    def __call__(self, batch_size: float) -> None:
        """Note the gradients, and what the sum of losses is divided by."""
        self.updates.append(Update(self.model.gradients, batch_size))


class SGD(torch.optim.SGD):
    """Note the gradients when an optimiser takes a step, of length 0."""

    def __init__(self, model: Recorder) -> None:
        super().__init__(model.params, lr=0.0)
        self.model, self.updates = model, list[Update]()

    def step(self, closure: Any = None) -> Any:
        """Note the gradients, and take a step."""
        loss = super().step(closure)
        self.updates.append(Update(self.model.gradients, 1))
        return loss
