"""A small network to train, in the reader's browser, at length or in brief."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from charrnn.corpus import Vocab, clean, read_text
from widgets.bundle import FOLDER
from widgets.embed import Widget

FALLBACK = (
    "On the site, you can train a small network here, in your browser, by "
    "JavaScript."
)
OPENING, NEXT = 10000, 1000  # characters: to train on, and held out
FORM = """\
<form class="interactive" autocomplete="off">
<button class="primary" name="go">Train</button>
<details class="own"><summary>Your text</summary></details>
<p class="status" role="status"></p>
</form>
<div class="still">{}</div>"""
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """A training run with a question, and its answer.

    ``settings`` differ from the usual ones, and ``changes`` follow later, each
    at an epoch. A reader predicts one of the ``options``, and is told the
    number ``answer`` after the epoch ``end``. ``why`` explains it, and the
    page named ``page`` does so at length. If the question is how the run
    compares with the usual one, that runs first, to stand ``beside_usual``.
    """

    name: str
    title: str
    description: str
    options: tuple[str, ...]
    answer: int
    end: int
    why: str
    page: str
    settings: Settings = field(default_factory=dict)
    changes: tuple[tuple[int, Settings], ...] = ()
    beside_usual: bool = False


def trainer(
    stories: Sequence[Story] = (), *, others: Mapping[str, str] | None = None
) -> Widget:
    """Let a reader train a small network on the opening of the novel.

    The result shows itself as the output of a cell. The vocabulary is taken
    from the novel. ``others`` are texts to train on instead, by their names.
    In the settings of stories, a threshold of None is no clipping. Raises as
    ``read_text`` does.
    """
    data = {
        **texts(others),
        "stories": [asdict(story) for story in stories],
        "python": (FOLDER / "take_home.py").read_text("utf-8"),
    }
    weights = as_printed(), *(others or {}).values()
    return Widget("trainer", FALLBACK, data, weights, "trainer_worker")


def slim_trainer(still: Any, *, others: Mapping[str, str]) -> Widget:
    """Let a reader train the same network with a single button.

    ``still`` shows itself as HTML, as a table does. It is seen on paper, and
    where no script runs. For the rest see ``trainer``.
    """
    return Widget(
        "slim", FALLBACK, texts(others), (as_printed(), *others.values()),
        "trainer_worker", FORM.format(still._repr_html_()),
    )  # fmt: skip


def texts(others: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the opening of the novel, and the names of other texts."""
    text = clean(read_text())
    return {
        "opening": text[:OPENING],
        "next": text[OPENING : OPENING + NEXT],
        "vocabulary": dict(Vocab(text).token_freqs),
        "others": [*(others or {})],
    }


def as_printed() -> str:
    """Return the opening of the novel with what its cleaning takes away."""
    return clean(read_text(), letters_only=False)[: OPENING + NEXT]
