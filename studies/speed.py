"""Measure the training step: by PyTorch, by hand, and made fast.

    .venv/bin/python -m studies.speed

writes studies/speed.json, for docs/speed.md. All train for an epoch in
turn, on one thread, and are compared by processor time within a round, so that
slow phases of the machine affect all alike. The products alone are measured,
too. The record is of commit 12706c5, and the script has been shortened since.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from statistics import quantiles
from unittest import mock

import torch
from torch import nn
from torch.nn.functional import one_hot

from bookkit import processor, recipes
from charrnn import RNNModel, RNNModelScratch, bptt, in_place, train_epoch_rnn
from studies import record

NUM_STARTS = 10  # all begin anew, because it counts where tensors are
NUM_ROUNDS = 7  # after each start; the first may differ, and is left out
PRODUCTS = {  # instead of looking rows up
    "look_up_": lambda W, tokens, out: torch.mm(
        one_hot(tokens, len(W)).to(W), W, out=out
    ),
    "add_rows": lambda dA, tokens, V: one_hot(tokens, V).to(dA).T @ dA,
}
TANH = {"tanh_": torch.Tensor.tanh_}


def anew(model: RNNModelScratch) -> Callable:
    """Return what allocates the large tensors anew for each minibatch."""
    return lambda *batch: in_place.InPlaceBackpropagation(model)(*batch)


KINDS = {  # what computes the gradients, and what replaces steps of in_place
    "nn.RNN": (lambda model: None, {}),
    "autograd": (lambda model: None, {}),
    "by hand": (bptt.Backpropagation, {}),
    "in place": (anew, PRODUCTS | TANH),
    "tensors kept": (in_place.InPlaceBackpropagation, PRODUCTS | TANH),
    "sigmoid": (in_place.InPlaceBackpropagation, PRODUCTS),
    "look-up": (in_place.InPlaceBackpropagation, {}),
}


def contenders() -> dict[str, list[Callable]]:
    """Return what trains for an epoch, by name."""
    recipe, jobs = recipes.SEQUENTIAL, {}
    train_iter, vocab = recipes.load_data(recipe)
    batches = list(train_iter)
    library = RNNModel(nn.RNN(len(vocab), recipe.num_hiddens), len(vocab))
    library.rnn.bias_hh_l0.requires_grad_(False)  # our network has one bias
    for name, (gradients_of, replaced) in KINDS.items():
        ours = recipes.initial_model(recipe, vocab)
        model = library if name == "nn.RNN" else ours
        updater = recipes.make_updater(recipe, model)
        gradients = gradients_of(model)
        loss = None if gradients else nn.CrossEntropyLoss()
        given = model, batches, loss, updater, False
        job = partial(train_epoch_rnn, *given, gradients=gradients)
        jobs[name] = [mock.patch.dict(vars(in_place), replaced)(job)]
    return jobs | {"products": products(ours, batches)}


def products(model: RNNModelScratch, batches: list) -> list[Callable]:
    """Return what computes the products of an epoch, into existing tensors."""
    W_xh, W_hh, _, W_hq, _ = (param.detach() for param in model.params)
    batch_size, num_steps = batches[0][0].shape
    X, dO = torch.randn(2, num_steps * batch_size, model.vocab_size)
    H = torch.randn(num_steps * batch_size, model.num_hiddens)
    pairs = [(X, W_xh), (H, W_hq), (dO, W_hq.T), (X.T, H), (H.T, H), (H.T, dO)]
    pairs += [(H_t, W) for W in (W_hh, W_hh.T) for H_t in H.split(batch_size)]
    jobs = [partial(torch.mm, *pair, out=torch.mm(*pair)) for pair in pairs]
    return jobs * len(batches)


def time_each(contenders: dict[str, list[Callable]]) -> dict[str, float]:
    """Return the seconds of processor time of each, in a random order."""
    seconds = {}
    for name in random.sample(list(contenders), len(contenders)):
        start = time.process_time()
        for job in contenders[name]:
            job()
        seconds[name] = time.process_time() - start
    return seconds


def measure(precision: str) -> dict[str, dict]:
    """Return quartiles of the seconds, and of how many times as fast."""
    rounds = []
    with processor.precision(precision):
        for _ in range(NUM_STARTS):
            jobs = contenders()
            rounds += [time_each(jobs) for _ in range(NUM_ROUNDS)][1:]
    return {
        name: {
            "seconds": quantiles(each[name] for each in rounds),
            "times": {
                peer: quantiles(each[peer] / each[name] for each in rounds)
                for peer in ("nn.RNN", "products")
            },
        }
        for name in jobs
    }


def main(commit: str) -> None:
    """Measure all, in both precisions, and write the record."""
    torch.set_num_threads(1)
    results = {name: measure(name) for name in ("highest", "medium")}
    record.write(__file__, commit, [recipes.SEQUENTIAL.seed], results)


if __name__ == "__main__":
    main(record.commit())
