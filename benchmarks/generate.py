"""Measure how fast the network of the chapter writes, beside its peers.

    .venv/bin/python benchmarks/generate.py

writes benchmarks/generate.json. All write with the same parameters, on one
thread, in one process. In each round every writer has its turn, in an order
drawn anew, and a ratio compares two turns of one round. The peers are the
prediction of d2l (see peers.py) and a plain loop over nn.RNN. Below them
are two bounds: the matrix products that a character takes, and the least
number of PyTorch's operations, without checks, strategy, or text.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import peers
import record
import torch
from torch.nn import functional as F

from charrnn import (
    RNNModel,
    RNNModelScratch,
    Vocab,
    generate,
    generate_many,
    recipes,
)
from charrnn.decoding import greedy, temperature, top_p

SEEDS = [0]
PREFIX = "time traveller"
NUM_CHARS = 500
NUM_TEXTS = 64
ROUNDS = 40
STRATEGIES = {
    "greedy": greedy,
    "temperature 0.8": temperature(0.8),
    "top-p 0.9": top_p(0.9),
}
RATIOS = [
    *((f"ours, {name}", "d2l, greedy") for name in STRATEGIES),
    ("ours, greedy", "nn.RNN, greedy"),
    ("ours, greedy", "operations"),
    ("ours, greedy", "products"),
    ("operations", "products"),
    *((f"{NUM_TEXTS} {name}", f"ours, {name}") for name in STRATEGIES),
    *((f"{NUM_TEXTS} {name}", "d2l, greedy") for name in STRATEGIES),
    (f"{NUM_TEXTS} greedy", f"{NUM_TEXTS} products"),
    (f"{NUM_TEXTS} products", "products"),
]


@torch.inference_mode()
def library_text(model: RNNModel, vocab: Vocab) -> str:
    """Return the greedy text of a plain loop over the layers of PyTorch."""
    indices, state = vocab[list(PREFIX)], None
    X = torch.tensor(indices)[:, None]  # (num_steps, 1)
    for _ in range(NUM_CHARS):
        outputs, state = model.rnn(F.one_hot(X, len(vocab)).float(), state)
        X = model.linear(outputs[-1:]).argmax(dim=-1)  # (1, 1)
        indices.append(X.item())
    return "".join(vocab.to_tokens(indices))


@torch.inference_mode()
def products(model: RNNModelScratch, num_texts: int) -> None:
    """Compute the two matrix products of each character, and nothing else."""
    _, W_hh, _, W_hq, _ = model.params
    H = torch.rand(num_texts, model.num_hiddens)
    next_H, Y = torch.empty_like(H), torch.empty(num_texts, model.vocab_size)
    for _ in range(NUM_CHARS):
        torch.mm(H, W_hh, out=next_H)
        torch.mm(next_H, W_hq, out=Y)


@torch.inference_mode()
def operations(model: RNNModelScratch) -> None:
    """Run the least number of operations that a character takes.

    They are a lookup, two products, each with a sum, a tanh, and a choice.
    """
    W_xh, W_hh, b_h, W_hq, b_q = model.params
    rows = W_xh + b_h
    H, X = torch.zeros(1, model.num_hiddens), torch.tensor([0])
    for _ in range(NUM_CHARS):
        H = torch.addmm(rows.index_select(0, X), H, W_hh).tanh()
        X = torch.addmm(b_q, H, W_hq).argmax(dim=-1)


def make_writers(
    model: RNNModelScratch, vocab: Vocab
) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name; check that the greedy texts agree."""
    from d2l import torch as d2l

    theirs, library = peers.d2l_model(model), peers.library_model(model)
    cpu = torch.device("cpu")
    writers = {
        "d2l, greedy": partial(
            d2l.predict_ch8, PREFIX, NUM_CHARS, theirs, vocab, cpu
        ),
        "nn.RNN, greedy": partial(library_text, library, vocab),
        "operations": partial(operations, model),
        "products": partial(products, model, 1),
        f"{NUM_TEXTS} products": partial(products, model, NUM_TEXTS),
    }
    for name, strategy in STRATEGIES.items():
        writers[f"ours, {name}"] = partial(
            generate, PREFIX, NUM_CHARS, model, vocab, strategy=strategy
        )
        writers[f"{NUM_TEXTS} {name}"] = partial(
            generate_many, PREFIX, NUM_CHARS, NUM_TEXTS, model, vocab,
            strategy=strategy,
        )  # fmt: skip
    texts = {writers[f"{who}, greedy"]() for who in ("ours", "d2l", "nn.RNN")}
    assert len(texts) == 1, f"the greedy texts differ: {texts}"
    return writers


def measure(writers: dict[str, Callable]) -> Iterator[dict[str, float]]:
    """Give the characters per second of each writer, round after round.

    The first round warms up, and is not given.
    """
    names = list(writers)
    for number in range(1 + ROUNDS):
        random.shuffle(names)
        speeds = {}
        for name in names:
            start = time.perf_counter()
            writers[name]()
            texts = NUM_TEXTS if name.startswith(str(NUM_TEXTS)) else 1
            speeds[name] = texts * NUM_CHARS / (time.perf_counter() - start)
        if number:
            yield speeds


def quartiles(values: list[float]) -> list[float]:
    """Return lower quartile, median, and upper quartile, rounded."""
    found = statistics.quantiles(values, n=4, method="inclusive")
    return [float(f"{value:.4g}") for value in found]


def main() -> None:
    """Measure all writers; print a table, and write the record."""
    peers.enter()
    random.seed(SEEDS[0])
    torch.manual_seed(SEEDS[0])
    model, _, vocab = recipes.load_or_train(recipes.SEQUENTIAL)
    torch.set_num_threads(1)
    rounds = list(measure(make_writers(model, vocab)))
    speed = {name: quartiles([r[name] for r in rounds]) for name in rounds[0]}
    ratio = {
        f"{a} / {b}": quartiles([r[a] / r[b] for r in rounds])
        for a, b in RATIOS
    }
    for title, table in (("characters per second", speed), ("ratio", ratio)):
        print(f"\n{title + ': quartiles':44}")
        for name, (low, median, high) in sorted(table.items()):
            print(f"{name:44} {low:10,.6g} {median:10,.6g} {high:10,.6g}")
    settings = {
        "num_chars": NUM_CHARS,
        "num_texts": NUM_TEXTS,
        "rounds": ROUNDS,
        "threads": 1,
        "num_hiddens": model.num_hiddens,
        "vocab_size": model.vocab_size,
        "peer": peers.PEER,
    }
    record.write(
        __file__, SEEDS,
        {"settings": settings, "speed": speed, "ratio": ratio},
    )  # fmt: skip


if __name__ == "__main__":
    main()
