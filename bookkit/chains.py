"""Chains: four networks, and what their gradients become on the way back.

``inputs`` is (num_steps, batch_size, vocab_size) and ``Y`` the targets,
(batch_size, num_steps). ``params`` are the parameters of a network, in double
precision. Every network begins with a state of zeros.
"""

import torch
from torch import Tensor

from bookkit import recipes
from bookkit.networks import load_or_train
from charrnn import bptt, corpus
from charrnn.interface import Model
from charrnn.model import one_hot

RECIPE = recipes.SEQUENTIAL


def double(model: Model) -> list[Tensor]:
    """Return the parameters of a model in double precision."""
    return [param.detach().double() for param in model.parameters()]


def start(recipe: recipes.Recipe) -> list[Tensor]:
    """Return the parameters of a network before its training."""
    _, vocab = recipes.load_data(recipe)
    return double(recipes.initial_model(recipe, vocab))


def four_networks() -> dict[str, list[Tensor]]:
    """Return the parameters of two untrained and of two trained networks."""
    initial = start(RECIPE)
    return {
        "initial": initial,
        "large": [10 * param for param in initial],
        "trained": double(load_or_train(RECIPE).model),
        "novel": double(load_or_train(recipes.NOVEL).model),
    }


def read_opening() -> tuple[Tensor, Tensor]:
    """Return the inputs and the targets of the opening of the novel."""
    _, vocab = recipes.load_data(RECIPE)
    opening = corpus.clean(corpus.read_text())[: RECIPE.max_tokens]
    indices = torch.tensor(vocab[list(opening)])
    X, Y = corpus.rows(indices, RECIPE.batch_size)
    return one_hot(X, len(vocab)).double(), Y


def run(params: list[Tensor], inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return logits and states; see ``bptt.run``."""
    H_0 = inputs.new_zeros(inputs.shape[1], len(params[1]))
    return bptt.run(inputs, H_0, params)


def relative_norms(
    params: list[Tensor], inputs: Tensor, Y: Tensor, length: int
) -> Tensor:
    """Return how much of a gradient is left after 0, 1, ..., length steps.

    In each window of ``length`` steps, the gradient of the last loss goes
    back to the state before the window. Its norms, relative to the first,
    are geometric means over windows and rows, (length + 1,).
    """
    _, W_hh, _, W_hq, _ = params
    O, H = run(params, inputs)
    found = []
    for start in range(length, len(inputs) - length, length):
        window = slice(start, start + length)
        dO = bptt.logit_gradients(O[window], Y[:, window])
        dO[:-1] = 0  # only the last step has a loss
        states = H[start : start + length + 1]
        dH, _ = bptt.state_gradients(dO, states, W_hh, W_hq)
        norms = dH.norm(dim=2).flip(0)  # the last step first
        found.append(norms / norms[0])
    return torch.cat(found, dim=1).log().mean(dim=1).exp()


def third_gradient(
    params: list[Tensor], inputs: Tensor, Y: Tensor, length: int, back: int
) -> Tensor:
    """Return the gradient of the third minibatch as one vector.

    It is followed ``back`` minibatches of ``length`` steps beyond the border,
    at most two.
    """
    end, start = 3 * length, (2 - back) * length
    O, H = run(params, inputs[:end])
    dO = torch.zeros_like(O)
    third = slice(2 * length, end)
    dO[third] = bptt.logit_gradients(O[third], Y[:, third])
    found = bptt.backward(inputs[start:end], H[start:], dO[start:], params)
    return torch.cat([gradient.flatten() for gradient in found])


def growth(W_hh: Tensor, slopes: Tensor, skip: int) -> float:
    """Return the mean factor by which a small change grows in a step.

    ``slopes`` is (num_steps, batch_size, num_hiddens). The first ``skip``
    steps do not count, so that it forgets the direction in which it began.
    The source is (eq-perturbation).
    """
    delta, logs = torch.ones_like(slopes[0]), []
    for D in slopes:
        delta = delta @ W_hh * D
        length = delta.norm(dim=1, keepdim=True)
        logs.append(length.log())
        delta = delta / length  # the length of a small change is free
    return torch.stack(logs[skip:]).mean().exp().item()  # geometric mean
