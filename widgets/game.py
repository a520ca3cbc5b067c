"""A game: the reader predicts held-out text, and pays for it as models do."""

from collections.abc import Mapping, Sequence

from widgets.embed import Widget

PASSAGES, SHOWN, GUESSED = 8, 100, 75  # and the characters of each
FALLBACK = "On the site, you predict a text here, letter by letter."


def game(
    text: str,
    bits: Mapping[str, Sequence[float]],
    counts: Mapping[str, int],
    ladder: Mapping[str, float],
    *,
    people: tuple[float, float],
) -> Widget:
    """Let a reader put coins on the next letter of passages of a text.

    ``bits`` is what each character of ``text`` cost models, by their names,
    and ``counts`` are those of the text that the models learnt from. What
    models and people need on average is drawn as a ladder.
    """
    room, length = len(text) // PASSAGES, SHOWN + GUESSED
    starts = [text.index(" ", i * room) + 1 for i in range(PASSAGES)]
    data = {
        "texts": [text[i : i + length] for i in starts],
        "costs": [
            [[round(b, 2) for b in each[i + SHOWN : i + length]]
             for i in starts] for each in bits.values()
        ],
        "shown": SHOWN, "names": [*bits], "people": people,
        "counts": dict(sorted(counts.items(), key=lambda x: (x[0] == " ", x))),
        "ladder": {name: round(mean, 2) for name, mean in ladder.items()},
    }  # fmt: skip
    return Widget("game", FALLBACK, data)
