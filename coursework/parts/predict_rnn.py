"""Check predictions by what the model was given to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from coursework.kit import cases
from coursework.kit.calling import Attempt, call
from coursework.kit.doubles import Call, HashingModel
from coursework.kit.feedback import property_of, require
from coursework.kit.values import hint_for

PAGE = "Prediction > Read first, then write"
N = 12  # not the 10 of the lab, which one may have typed
CALLED = f"predict_rnn(prefix, {N}, model, vocab)"
SEEN = "what the model has read"
SAME_STATE = "two calls of model begin with equal states"


@dataclass
class Prediction:
    """What an attempt returns, and the calls of its model.

    The ``warm_up`` are the calls that read the prefix; the last of them
    predicts the first new character. The ``later`` calls read what is new.
    ``best`` are the predictions, and ``written`` is the text after the prefix.
    """

    what: str
    indices: list[int]
    right: str
    returned: object
    text: str
    is_begun: bool
    written: str
    warm_up: list[Call]
    later: list[Call]
    best: str


def predict(attempt: Attempt, prefix: str) -> Prediction:
    """Let an attempt continue a prefix, and record it."""
    vocab, model = cases.vocab(), HashingModel(cases.V)
    what = f"predict_rnn({prefix!r}, {N}, model, vocab)"
    indices = [vocab.token_to_idx[c] for c in prefix]
    whole = [*indices]
    for _ in range(N):
        whole.append(model.best_after(whole))
    returned = call(attempt, prefix, N, model, vocab)
    calls = model.calls
    require(bool(calls), "the number of calls of model", 0, N)
    text = returned if isinstance(returned, str) else ""
    rest = text.removeprefix(prefix)
    is_begun = rest != text and not rest.startswith(prefix)
    written = rest if is_begun else text[-N:]
    # The call that predicts the first character written, or if none does,
    # the one that has read the prefix.
    best, seen = quote(c.best[-1] for c in calls), [c.seen for c in calls]
    first = best.find(written[:N]) if written else -1
    if first < 0:
        first = seen.index(indices) if indices in seen else 0
    return Prediction(
        what, indices, quote(whole), returned, text, is_begun, written,
        calls[: first + 1], calls[first + 1 :], best[first : first + N],
    )  # fmt: skip


def quote(indices: Iterable[int]) -> str:
    """Return the text of these indices."""
    return "".join(cases.vocab().idx_to_token[i] for i in indices)


@property_of(CALLED, PAGE)
def prefix(predict_rnn: Attempt, seed: int) -> None:
    """The text begins with the prefix, once."""
    made = predict(predict_rnn, cases.prefix(seed))
    early = quote([b for call in made.warm_up for b in call.best][:-1])
    hint = "the predictions within the prefix are written, too"
    hint = hint if early and early in made.text else ""
    require(made.is_begun, made.what, made.returned, made.right, hint)


@property_of(CALLED, PAGE)
def warm_up(predict_rnn: Attempt, seed: int) -> None:
    """Before the first prediction, the model reads the prefix exactly once."""
    word = cases.prefix(seed)
    for given in (word, word[0]):
        made = predict(predict_rnn, given)
        P, calls, seen = made.indices, made.warm_up, made.warm_up[-1].seen
        hint = hint_for(seen, {
            "the last character of the prefix is read twice": P + P[-1:],
            "the last character of the prefix is not read": P[:-1],
            "only the last character of the prefix is read": P[-1:],
        })  # fmt: skip
        if made.is_begun and quote(seen) == made.right[: len(P) + 1]:
            hint = "the first prediction is read, but not written"
        if len(calls) > 1 and calls[0].start == calls[-1].start:
            hint = SAME_STATE
        require(seen == P, SEEN, quote(seen), given, hint)


@property_of(CALLED, PAGE)
def feedback(predict_rnn: Attempt, seed: int) -> None:
    """After the prefix, the model reads the most probable character."""
    made = predict(predict_rnn, cases.prefix(seed))
    require(bool(made.later), "number of calls after the prefix", 0, N - 1)
    for before, after in pairwise([made.warm_up[-1], *made.later[: N - 1]]):
        best = before.best[-1:]
        expected = before.seen + best
        hint = hint_for(after.read, {
            "this is the prediction of the first row": before.best[:1],
            "the same character is read again": before.read[-1:],
            "the whole text is read, although the state has read it": expected,
        })  # fmt: skip
        if after.read == best and after.start == before.start:
            hint = SAME_STATE
        seen = quote(after.seen), quote(expected)
        require(after.seen == expected, SEEN, *seen, hint)


@property_of(CALLED, PAGE)
def result(predict_rnn: Attempt, seed: int) -> None:
    """The result is a string: the prefix, and num_predicts predictions."""
    made = predict(predict_rnn, cases.prefix(seed))
    length = len(made.text.replace("<unk>", "?"))
    expected = len(made.right)
    hint = f"{length} characters are returned, not {expected}"
    hint = hint if made.text and length != expected else ""
    # It may write what it reads: another property compares this.
    read = quote(c.read[-1] for c in made.later[: N - 1]) + made.text[-1:]
    is_right = made.written in (made.best, read) and len(made.written) == N
    require(is_right, made.what, made.returned, made.right, hint)
