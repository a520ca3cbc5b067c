"""Measure how fast the network of the chapter writes, beside its peers.

    .venv/bin/python -m studies.generate

writes studies/generate.json, which the page about speed reads. All write
with the parameters of SEQUENTIAL, on one thread. The peers are the prediction
of d2l (see peers.py), which is greedy, and a plain loop over nn.RNN. A bound
is measured too: the matrix products of a character alone.
"""

from functools import partial

import torch
from torch.nn import functional as F

from bookkit import recipes
from charrnn import RNNModel, RNNModelScratch, Vocab, generate, generate_many
from charrnn.decoding import greedy, top_p
from studies import peers, record, run
from studies.timing import Job, measure, quartiles, times_as_fast

SEEDS = [0]
PREFIX = "time traveller"
NUM_CHARS = 500
NUM_TEXTS = 64
NUM_ROUNDS = 40
STRATEGIES = {"greedy": greedy, "top-p 0.9": top_p(0.9)}
COMPARED = [
    ("ours, greedy", "d2l, greedy"),
    ("ours, greedy", "nn.RNN, greedy"),
    ("ours, greedy", "products"),
    (f"{NUM_TEXTS} greedy", "ours, greedy"),
    (f"{NUM_TEXTS} products", "products"),
]


@torch.inference_mode()
def library_text(model: RNNModel, vocab: Vocab) -> str:
    """Return the greedy text of a plain loop over PyTorch's layers."""
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


def make_writers(model: RNNModelScratch, vocab: Vocab) -> dict[str, Job]:
    """Return the jobs to measure, by name, after comparing greedy texts."""
    from d2l import torch as d2l

    theirs, library = peers.d2l_model(model), peers.library_model(model)
    cpu = torch.device("cpu")
    writers = {
        "d2l, greedy": partial(
            d2l.predict_ch8, PREFIX, NUM_CHARS, theirs, vocab, cpu
        ),
        "nn.RNN, greedy": partial(library_text, library, vocab),
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


def main() -> None:
    """Measure all writers, and write the record."""
    run.take_no_arguments(__doc__)
    peers.use_environment()
    torch.manual_seed(SEEDS[0])
    model, _, vocab = recipes.load_or_train(recipes.SEQUENTIAL)
    torch.set_num_threads(1)
    seconds = measure(make_writers(model, vocab), NUM_ROUNDS)
    for name, values in seconds.items():  # seconds per character
        texts = NUM_TEXTS if name.startswith(str(NUM_TEXTS)) else 1
        seconds[name] = [value / (texts * NUM_CHARS) for value in values]
    speed = {
        name: quartiles([1 / value for value in values])
        for name, values in seconds.items()
    }
    times = {
        f"{one} / {other}": times_as_fast(seconds[one], seconds[other])
        for one, other in COMPARED
    }
    settings = {"num_chars": NUM_CHARS, "peer": peers.PEER}
    results = {"settings": settings, "speed": speed, "times": times}
    record.write(__file__, SEEDS, results)


if __name__ == "__main__":
    main()
