"""Models that count: n-grams with Kneser-Ney smoothing."""

import math
from collections import Counter, defaultdict

SYMBOLS = " abcdefghijklmnopqrstuvwxyz"


def ngrams(text: str, n: int) -> list[str]:
    """Return all strings of ``n`` adjacent symbols, in order."""
    return [text[i : i + n] for i in range(len(text) - n + 1)]


def count_ngrams(text: str, n: int) -> dict[int, Counter[str]]:
    """Return a table of counts for each order from ``n`` down to 1.

    The table of order ``n`` has the number of times that each n-gram occurs.
    In lower orders, the count is the one that Kneser and Ney (1995) use: the
    number of *different* symbols that precede the string.
    """
    tables = {n: Counter(ngrams(text, n))}
    for order in range(n - 1, 0, -1):
        longer = set(ngrams(text, order + 1))
        tables[order] = Counter(string[1:] for string in longer)
    return tables


def discount(counts: Counter[str]) -> float:
    """Return the discount to subtract from each count.

    It is estimated from the numbers of counts of 1 and of 2, as Ney, Essen,
    and Kneser (1994) do. If no count is 1, the estimate would be zero, and 1/2
    is returned instead.
    """
    times = Counter(counts.values())
    return times[1] / (times[1] + 2 * times[2]) if times[1] else 0.5


class KneserNey:
    """Predict a symbol from the ``n - 1`` before it, by counting.

    This is the model of Kneser and Ney (1995) in the interpolated form of Chen
    and Goodman (1999), with one discount for each order. It learns from
    ``text``, and ``symbols`` are all that may occur. ``counts[c][x]`` is the
    count of symbol ``x`` after context ``c``, and ``discounts[k]`` the
    discount for contexts of ``k`` symbols.

    Raises ValueError if ``n`` is below 1, the text is empty, or one of its
    symbols is not in ``symbols``.
    """

    def __init__(self, text: str, n: int, symbols: str = SYMBOLS) -> None:
        if n < 1:
            raise ValueError(f"n must be at least 1, not {n}")
        if not text:
            raise ValueError("the text is empty: there is nothing to count")
        self.n, self.symbols = n, symbols
        self.check(text)
        self.discounts: dict[int, float] = {}
        self.counts: dict[str, dict[str, int]] = defaultdict(dict)
        for order, table in count_ngrams(text, n).items():
            self.discounts[order - 1] = discount(table)
            for string, count in table.items():
                self.counts[string[:-1]][string[-1]] = count

    def check(self, text: str) -> None:
        """Raise ValueError if a symbol of ``text`` is unknown."""
        if unknown := sorted(set(text) - set(self.symbols)):
            names = ", ".join(repr(symbol) for symbol in unknown)
            raise ValueError(
                f"not among the symbols of the model: {names}; clean the "
                "text, or give all its symbols to the model"
            )

    def probability(self, symbol: str, context: str = "") -> float:
        """Return the probability of ``symbol`` after ``context``.

        Only the last ``n - 1`` symbols of the context count, and it may be
        shorter. If it never occurred, its longest suffix that did counts.

        Raises ValueError if ``symbol`` is not one of the model's.
        """
        if symbol not in self.symbols or len(symbol) != 1:
            raise ValueError(f"{symbol!r} is not a symbol of the model")
        p = 1 / len(self.symbols)
        for length in range(min(self.n, len(context) + 1)):
            counts = self.counts.get(context[len(context) - length :])
            if counts:
                D = self.discounts[length]
                kept = max(counts.get(symbol, 0) - D, 0)
                total = sum(counts.values())
                p = (kept + D * len(counts) * p) / total  # (eq-kneser-ney)
        return p

    def distribution(self, context: str = "") -> dict[str, float]:
        """Return the probability of each symbol after ``context``."""
        return {x: self.probability(x, context) for x in self.symbols}

    def probabilities(self, text: str, context: str = "") -> list[float]:
        """Return the probability of each symbol of ``text``, in order.

        Each is predicted from ``context`` and the symbols before it.

        Raises ValueError if a symbol is unknown.
        """
        self.check(text)
        whole = context + text
        return [
            self.probability(whole[i], whole[max(0, i - self.n + 1) : i])
            for i in range(len(context), len(whole))
        ]

    def bits(self, text: str, context: str = "") -> float:
        """Return the bits per symbol of ``text``, as it follows ``context``.

        Raises ValueError if ``text`` is empty or a symbol is unknown.
        """
        if not text:
            raise ValueError("the text is empty: there is nothing to predict")
        p = self.probabilities(text, context)
        return -sum(map(math.log2, p)) / len(p)  # (eq-bits)
