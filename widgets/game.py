"""A game: the reader predicts held-out text, and pays for it as models do."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from widgets.embed import Widget

PASSAGES, SHOWN, GUESSED = 8, 100, 75  # and the characters of each
COINS, RESERVE = 10, 0.04  # and the belief that no coin can hold
LIKELIEST = 3  # letters that are shown for a model
FALLBACK = "On the site, you predict a text here, letter by letter."
Model = Callable[[int], Mapping[str, float]]


def game(
    text: str,
    models: Mapping[str, Model],
    counts: Mapping[str, int],
    *,
    people: tuple[float, float],
) -> Widget:
    """Let a reader put coins on the next letter of passages of a text.

    ``counts`` are those of the text that the ``models`` learnt from. A model
    returns the probability of each of these letters at a place of ``text``.
    It pays by the same rule as the reader, see ``bet``. What people need on
    average, from the least to the most, is drawn as a band.
    """
    room, length = len(text) // PASSAGES, SHOWN + GUESSED
    starts = [text.index(" ", i * room) + 1 for i in range(PASSAGES)]
    letters = sorted(counts, key=lambda letter: (letter == " ", letter))
    ordered = {letter: counts[letter] for letter in letters}
    data = {
        "texts": [text[start : start + length] for start in starts],
        "models": [
            [expect(text, range(i + SHOWN, i + length), model, ordered)
             for i in starts] for model in models.values()
        ],
        "names": [*models], "counts": ordered, "people": people,
        "shown": SHOWN,
    }  # fmt: skip
    return Widget("game", FALLBACK, data)


def expect(
    text: str, places: range, model: Model, counts: Mapping[str, int]
) -> list[tuple[float, float, str, list[float]]]:
    """Return what a model pays for letters, and what it expected there.

    For each of the ``places`` these are its bits with coins, its bits without,
    and its likeliest letters with their probabilities.
    """
    letters = [*counts]
    p = torch.tensor(
        [[model(place)[x] for x in letters] for place in places],
        dtype=torch.float64,
    )  # (n, V)
    q = bet(p, torch.tensor([*counts.values()], dtype=torch.float64))
    found = []
    for i, place in enumerate(places):
        paid, own = (
            round(-math.log2(each[i, letters.index(text[place])]), 2)
            for each in (q, p)
        )
        likeliest = p[i].topk(LIKELIEST)
        names = "".join(letters[j] for j in likeliest.indices)
        # Rounded, but to neither 0 nor 1.
        known = likeliest.values.clamp(1e-4, 1 - 1e-4).tolist()
        shares = [round(share, 4) for share in known]
        found.append((paid, own, names, shares))
    return found


def bet(p: Tensor, counts: Tensor) -> Tensor:
    """Return the probabilities that coins give to letters, placed at best.

    Ten coins are ten tenths of a belief. What is kept back, and 4 % besides,
    goes to all letters by their ``counts``, (V,). ``p``, (n, V), are the
    beliefs, which expect the fewest bits of where the coins are put: for each
    number of coins, one coin after the other gains most where it is put.
    """
    coin = (1 - RESERVE) / COINS
    share = counts / counts.sum()
    best = fewest = torch.full(p.shape, math.inf).to(p)
    for placed in range(COINS + 1):
        q = ((RESERVE + coin * (COINS - placed)) * share).repeat(len(p), 1)
        for _ in range(placed):
            gains = p * (coin / q).log1p()
            chosen = gains.argmax(dim=1, keepdim=True)
            q.scatter_add_(1, chosen, torch.full(chosen.shape, coin).to(q))
        bits = -(p * q.log2()).sum(dim=1, keepdim=True).expand_as(p)
        best = torch.where(bits < fewest, q, best)
        fewest = torch.minimum(bits, fewest)
    return best
