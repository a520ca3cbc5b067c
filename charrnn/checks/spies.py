"""Models, losses, and updaters that note how they are used."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import charrnn.checks.cases as cases

Events = list[dict[str, Any]]


class Reader:
    """Stand for a trained network: it tells all that it has read apart.

    Its state is a number, made of all symbols since the state was begun, and
    decides the symbol that it expects next.
    """

    def __init__(self, vocab_size: int, events: Events) -> None:
        self.vocab_size, self.num_hiddens = vocab_size, 1
        self.events = events
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
        self.events.append({"read": X.tolist(), "state": H.flatten().tolist()})
        outputs = []
        for x in X.T:
            H = (31 * H + x[:, None] + 1) % 1009
            best = 1 + (H[:, 0] % (self.vocab_size - 1)).long()
            outputs.append(F.one_hot(best, self.vocab_size).float())
        return torch.cat(outputs), (H,)

    def step(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Read one symbol of each row."""
        return self(X[:, None], state)


class Holder:
    """Hold parameters, as a model does."""

    def __init__(self, gradients: list[Tensor]) -> None:
        self.params = [torch.ones_like(g).requires_grad_() for g in gradients]
        for param, gradient in zip(self.params, gradients, strict=True):
            param.grad = gradient.clone()

    def parameters(self) -> list[Tensor]:
        """Return the parameters."""
        return self.params


class Recorder:
    """Stand for a network of our own, and note what it is given.

    Its logits are multiplied by ``scale``, which makes gradients longer.
    """

    def __init__(self, seed: int, events: Events, scale: float = 1.0) -> None:
        self.layer, self.linear = cases.recurrent(seed)
        self.scale = scale
        self.events, self.num_hiddens = events, cases.h
        self.vocab_size = cases.V
        layers = self.layer, self.linear
        self.params: list[Tensor] = [p for l in layers for p in l.parameters()]

    def parameters(self) -> list[Tensor]:
        """Return the parameters."""
        return self.params

    def begin_state(self, batch_size: int) -> tuple[Tensor]:
        """Return zeros."""
        return (torch.zeros(batch_size, cases.h),)

    def __call__(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Return outputs and the new state, as a network does."""
        (H,) = state
        inputs = F.one_hot(X.T, cases.V).float()
        states, last = self.layer(inputs, H[None])
        self.events.append({
            "event": "read", "X": X.clone(), "state": H.detach().clone(),
            "attached": H.requires_grad,
            "params": [param.detach().clone() for param in self.params],
        })  # fmt: skip
        logits = self.linear(states.flatten(0, 1))
        # A copy, as a view could not be detached in place.
        return self.scale * logits, (last[0].clone(),)

    def step(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Read one symbol of each row."""
        return self(X[:, None], state)


class Module(nn.Module):
    """Stand for a network of PyTorch, whose parameters an optimiser takes."""

    def __init__(self, seed: int, events: Events, scale: float = 1.0) -> None:
        super().__init__()
        self.inner = Recorder(seed, events, scale)
        self.layer, self.linear = self.inner.layer, self.inner.linear
        self.params = self.inner.params
        self.begin_state = self.inner.begin_state

    def forward(
        self, X: Tensor, state: tuple[Tensor]
    ) -> tuple[Tensor, tuple[Tensor]]:
        """Return what the network within returns."""
        return self.inner(X, state)


class Loss(nn.CrossEntropyLoss):
    """Note what the cross-entropy is computed of."""

    def __init__(self, events: Events) -> None:
        super().__init__()
        self.events = events

    def forward(self, O: Tensor, Y: Tensor) -> Tensor:
        """Return the cross-entropy."""
        self.events.append({"event": "loss", "targets": Y.clone()})
        return super().forward(O, Y)


class Updater:
    """Note the gradients when a step is to be taken, and take none."""

    def __init__(self, params: list[Tensor], events: Events) -> None:
        self.params, self.events = params, events

    def __call__(self, batch_size: float) -> None:
        """Note the gradients, and what the sum of losses is divided by."""
        self.events.append({
            "event": "update", "batch_size": batch_size,
            "gradients": gradients_of(self.params),
        })  # fmt: skip


class Optimizer(torch.optim.Optimizer):
    """Note when an optimiser takes its steps.

    It is one by its class alone: those of PyTorch import, when the first is
    made, what takes seconds.
    """

    def __init__(self, params: list[Tensor], events: Events) -> None:
        self.param_groups = [{"params": params, "lr": 0.5}]
        self.noted = events

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Take the gradients away."""
        for param in self.param_groups[0]["params"]:
            param.grad = None

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Note the gradients, and take no step."""
        params = self.param_groups[0]["params"]
        self.noted.append({
            "event": "update", "batch_size": 1,
            "gradients": gradients_of(params),
        })  # fmt: skip


def gradients_of(params: list[Tensor]) -> list[Tensor | None]:
    """Return copies of the gradients that there are."""
    grads = [param.grad for param in params]
    return [None if grad is None else grad.clone() for grad in grads]
