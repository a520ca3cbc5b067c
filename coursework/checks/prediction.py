"""Check predictions by what the model was given to read."""

from collections.abc import Iterable
from itertools import pairwise

import coursework.checks.cases as cases
from coursework.checks.doubles import HashingModel
from coursework.checks.feedback import Attempt, call, property_of, require
from coursework.checks.values import hint_for

READ = "Prediction > Read first, then write"
N = 12  # not the 10 of the lab, which one may have typed
CALLED = f"predict_rnn(prefix, {N}, model, vocab)"
SEEN = "what the model has read"
SAME_STATE = "two calls of model begin with equal states"


class Prediction:
    """What an attempt returns, and the calls of its model.

    The ``warm_up`` are the calls that read the prefix; the last of them
    predicts the first new character. The ``later`` calls read what is new.
    ``best`` are the predictions, and ``written`` is the text after the prefix.
    """

    def __init__(self, attempt: Attempt, prefix: str):
        vocab, model = cases.vocab(), HashingModel(cases.V)
        self.what = f"predict_rnn({prefix!r}, {N}, model, vocab)"
        self.indices = [vocab.token_to_idx[c] for c in prefix]
        whole = [*self.indices]
        for _ in range(N):
            whole.append(model.best_after(whole))
        self.right = quote(whole)
        self.returned = call(attempt, prefix, N, model, vocab)
        calls = model.calls
        require(bool(calls), "the number of calls of model", 0, N)

        is_text = isinstance(self.returned, str)
        self.text: str = self.returned if is_text else ""
        rest = self.text.removeprefix(prefix)
        self.is_begun = rest != self.text and not rest.startswith(prefix)
        self.written = rest if self.is_begun else self.text[-N:]

        # The call that predicts the first character written, or if none does,
        # the one that has read the prefix.
        best, seen = quote(c.best[-1] for c in calls), [c.seen for c in calls]
        first = best.find(self.written[:N]) if self.written else -1
        if first < 0:
            first = seen.index(self.indices) if self.indices in seen else 0
        self.warm_up, self.later = calls[: first + 1], calls[first + 1 :]
        self.best = best[first : first + N]


def quote(indices: Iterable[int]) -> str:
    """Return the text of these indices."""
    return "".join(cases.vocab().idx_to_token[i] for i in indices)


@property_of("predict_rnn", "prefix", CALLED, READ)
def begins_with_prefix(predict_rnn: Attempt, seed: int) -> None:
    """The text begins with the prefix, once."""
    made = Prediction(predict_rnn, cases.prefix(seed))
    early = quote([b for call in made.warm_up for b in call.best][:-1])
    hint = "the predictions within the prefix are written, too"
    hint = hint if early and early in made.text else ""
    require(made.is_begun, made.what, made.returned, made.right, hint)


@property_of("predict_rnn", "warm_up", CALLED, READ)
def reads_prefix(predict_rnn: Attempt, seed: int) -> None:
    """Before the first prediction, the model reads the prefix exactly once."""
    word = cases.prefix(seed)
    for prefix in (word, word[0]):
        made = Prediction(predict_rnn, prefix)
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
        require(seen == P, SEEN, quote(seen), prefix, hint)


@property_of("predict_rnn", "feedback", CALLED, READ)
def feeds_back(predict_rnn: Attempt, seed: int) -> None:
    """After the prefix, the model reads the most probable character."""
    made = Prediction(predict_rnn, cases.prefix(seed))
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


@property_of("predict_rnn", "result", CALLED, READ)
def returned_text(predict_rnn: Attempt, seed: int) -> None:
    """The result is a string: the prefix, and num_predicts predictions."""
    made = Prediction(predict_rnn, cases.prefix(seed))
    length = len(made.text.replace("<unk>", "?"))
    expected = len(made.right)
    hint = f"{length} characters are returned, not {expected}"
    hint = hint if made.text and length != expected else ""
    # It may write what it reads: another property compares this.
    read = quote(c.read[-1] for c in made.later[: N - 1]) + made.text[-1:]
    is_right = made.written in (made.best, read) and len(made.written) == N
    require(is_right, made.what, made.returned, made.right, hint)
