"""Decoding: from the logits of a model to the characters of a text.

A **decoding strategy** maps logits, (..., V), to log-probabilities of the same
shape, in double precision: each row is normalised, and excluded symbols have
-inf. Log-probabilities are logits again, so strategies compose.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from charrnn.interface import Model, State, Vocabulary
from charrnn.prediction import check_largest, check_length, largest

Strategy = Callable[[Tensor], Tensor]


def normalise(logits: Tensor) -> Tensor:
    """Turn logits into log-probabilities: the strategy that changes nothing.

    ``logits`` is (..., V), and so is the result.

    Raises FloatingPointError if a row has NaN or infinity, or only -inf.
    """
    check_largest(logits.amax(dim=-1))
    return logits.double().log_softmax(dim=-1)


def keep(log_p: Tensor, kept: Tensor) -> Tensor:
    """Exclude symbols that are not ``kept``, and normalise the rest.

    Both arguments are (..., V).
    """
    return normalise(log_p.masked_fill(~kept, -torch.inf))


def greedy(logits: Tensor) -> Tensor:
    """Give all probability to the largest logit.

    If several are equally large, the one with the lowest index gets it.
    """
    nothing = torch.full_like(logits, -torch.inf, dtype=torch.float64)
    return nothing.scatter(-1, largest(logits)[..., None], 0.0)


def temperature(tau: float) -> Strategy:
    """Divide the logits by ``tau``: sharper below 1, flatter above.

    ``tau`` = 0 is the limit: the largest logits share all probability.

    Raises ValueError if ``tau`` is negative, infinite or NaN.
    """
    if not 0 <= tau < torch.inf:
        raise ValueError(
            f"the temperature must be 0 or more, and finite, not {tau}"
        )

    def strategy(logits: Tensor) -> Tensor:
        logits = logits.double()
        below = logits - logits.amax(dim=-1, keepdim=True)  # no overflow
        if tau == 0:
            return keep(below, below == 0)
        return normalise(below / tau)  # (eq-temperature)

    return strategy


def top_k(k: int) -> Strategy:
    """Keep the ``k`` most probable symbols.

    Ties are broken by the lower index. If fewer than ``k`` symbols have a
    probability above zero, all of them stay. See Fan, Lewis, and Dauphin
    (2018).

    Raises ValueError if ``k`` is not an integer of at least 1.
    """
    check_count("k", k)

    def strategy(logits: Tensor) -> Tensor:
        log_p = normalise(logits)
        order = log_p.argsort(dim=-1, descending=True, stable=True)
        kept = torch.zeros_like(log_p, dtype=torch.bool)
        return keep(log_p, kept.scatter(-1, order[..., :k], True))

    return strategy


def top_p(p: float) -> Strategy:
    """Keep the nucleus: the fewest symbols whose probability reaches ``p``.

    They are the most probable ones; ties are broken by the lower index. The
    symbol with which the sum reaches ``p`` is kept, so at least one is.
    ``p`` = 1 keeps all. See Holtzman et al. (2020).

    Raises ValueError if ``p`` is not above 0 and at most 1.
    """
    if not 0 < p <= 1:
        raise ValueError(f"p must be above 0 and at most 1, not {p}")
    limit = p if p < 1 else torch.inf  # rounding must not exclude the last

    def strategy(logits: Tensor) -> Tensor:
        log_p = normalise(logits)
        falling, order = log_p.sort(dim=-1, descending=True, stable=True)
        reached = falling.exp().cumsum(dim=-1)  # (..., V)
        before = F.pad(reached[..., :-1], (1, 0))  # without the symbol itself
        kept = torch.zeros_like(log_p, dtype=torch.bool)
        # From the sorted order back to the order of the symbols:
        kept = kept.scatter(-1, order, before < limit)  # (eq-nucleus)
        return keep(log_p, kept)

    return strategy


def min_p(p: float) -> Strategy:
    """Keep symbols at least ``p`` times as probable as the most probable.

    ``p`` = 0 keeps all, ``p`` = 1 the most probable and its ties. See Nguyen
    et al. (2024).

    Raises ValueError if ``p`` is not from 0 to 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p must be from 0 to 1, not {p}")

    def strategy(logits: Tensor) -> Tensor:
        log_p = normalise(logits)
        relative = (log_p - log_p.amax(dim=-1, keepdim=True)).exp()
        return keep(log_p, relative >= p)

    return strategy


def compose(*strategies: Strategy) -> Strategy:
    """Apply ``strategies`` in order, from left to right.

    Without strategies, the distribution of the model stays as it is.
    """

    def strategy(logits: Tensor) -> Tensor:
        log_p = normalise(logits)
        for step in strategies:
            log_p = step(log_p)
        return log_p

    return strategy


def choose(
    logits: Tensor, strategy: Strategy, generator: torch.Generator | None
) -> Tensor:
    """Draw a symbol for each row, after ``strategy`` has been applied.

    ``logits`` is (num_texts, V); the result holds the indices of the drawn
    symbols, int64, (num_texts,).
    """
    if strategy is greedy:  # there is nothing to draw
        return largest(logits)
    q = strategy(logits).exp()
    return torch.multinomial(q, 1, generator=generator)[:, 0]  # (num_texts,)


def select_rows(state: State, rows: Tensor) -> State:
    """Return the state of these rows, in this order.

    ``rows`` is int64, (n,). The rows of a state are its last dimension but
    one, whether it has a dimension for layers or not.
    """
    return tuple(S.index_select(-2, rows) for S in state)


def generate(
    prefix: str,
    num_chars: int,
    model: Model,
    vocab: Vocabulary,
    *,
    strategy: Strategy = greedy,
    generator: torch.Generator | None = None,
) -> str:
    """Continue ``prefix`` with characters that are drawn by ``strategy``.

    ``<unk>`` is never output. A ``generator`` makes the text repeatable.
    Returns the cleaned prefix and its continuation.

    Raises ValueError if the prefix is empty or ``num_chars`` negative,
    FloatingPointError if the logits are not finite. Warns of characters
    that are not in the vocabulary.
    """
    (text,) = generate_many(
        prefix,
        num_chars,
        1,
        model,
        vocab,
        strategy=strategy,
        generator=generator,
    )
    return text


@torch.inference_mode()
def generate_many(
    prefix: str,
    num_chars: int,
    num_texts: int,
    model: Model,
    vocab: Vocabulary,
    *,
    strategy: Strategy = greedy,
    generator: torch.Generator | None = None,
) -> list[str]:
    """Continue ``prefix`` in ``num_texts`` ways, each as ``generate`` does.

    The texts are written side by side, which is faster than in turn. They are
    drawn independently; with ``greedy``, they are all the same.

    Raises ValueError if ``num_texts`` is not an integer of at least 1, and
    as ``generate`` does.
    """
    check_length("num_chars", num_chars)
    check_count("num_texts", num_texts)
    text = vocab.clean_prefix(prefix)
    X = torch.tensor([vocab[list(text)]])  # (1, len(text)): the warm-up
    O, state = model(X, model.begin_state(batch_size=1))
    # Each text begins from a copy of row 0.
    rows = torch.zeros(num_texts, dtype=torch.int64, device=O.device)
    logits, state = O[-1:][rows], select_rows(state, rows)
    written = rows.new_zeros(num_texts, 0)
    for _ in range(num_chars):
        logits[:, vocab.unk] = -torch.inf  # (num_texts, V)
        X = choose(logits, strategy, generator)[:, None]  # (num_texts, 1)
        written = torch.cat([written, X], dim=1)
        logits, state = model(X, state)  # the last is not needed
    return [text + "".join(vocab.to_tokens(row)) for row in written.tolist()]


def check_count(name: str, value: int) -> None:
    """Raise ValueError if a number is not an integer of at least 1."""
    if not (isinstance(value, int) and value >= 1):
        raise ValueError(
            f"{name} must be an integer of at least 1, not {value}"
        )


@torch.inference_mode()
def beam_search(
    prefix: str,
    num_chars: int,
    model: Model,
    vocab: Vocabulary,
    *,
    beam_width: int,
) -> str:
    """Continue ``prefix``, keeping the ``beam_width`` best texts so far.

    Returns the cleaned prefix and the continuation with the highest total
    log-probability among those kept. ``<unk>`` is never output.

    Raises ValueError if ``beam_width`` is not an integer of at least 1, and
    as ``generate`` does.
    """
    check_length("num_chars", num_chars)
    check_count("beam_width", beam_width)
    text = vocab.clean_prefix(prefix)
    X = torch.tensor([vocab[list(text)]])  # (1, len(text))
    O, state = model(X, model.begin_state(batch_size=1))
    logits = O[-1:]  # (1, V): one beam
    beams = X[:, :0].to(O.device)  # (1, 0): nothing written yet
    scores = torch.zeros(1, 1, dtype=torch.float64, device=O.device)
    for _ in range(num_chars):
        logits[:, vocab.unk] = -torch.inf
        totals = scores + normalise(logits)  # (beams, V)
        parents, X, scores = extend(totals, beam_width)
        beams = torch.cat([beams[parents], X], dim=1)
        logits, state = model(X, select_rows(state, parents))
    return text + "".join(vocab.to_tokens(beams[0].tolist()))


def extend(totals: Tensor, beam_width: int) -> tuple[Tensor, Tensor, Tensor]:
    """Choose the best among all beams extended by all symbols.

    ``totals``, (beams, V), are the log-probabilities of the extended beams.
    Returns, for at most ``beam_width`` of them, best first: the indices of
    the beams that they extend, (beams,), the added symbols, (beams, 1), and
    the log-probabilities, (beams, 1). Impossible ones are left out.
    """
    flat = totals.flatten()  # (beams * V,)
    scores, best = flat.sort(descending=True, stable=True)
    best = best[:beam_width][scores[:beam_width] > -torch.inf]
    V = totals.shape[1]
    return best // V, (best % V)[:, None], flat[best, None]
