"""Check how a text is continued, by what a model was given to read."""

from itertools import pairwise

import torch

import coursework.checks.cases as cases
from coursework.checks.doubles import Reader
from coursework.checks.feedback import Attempt, call, holds, require

READ = "Prediction > Read first, then write"
CALLED = f"predict_rnn(prefix, {cases.NUM_PREDICTS}, model, vocab)"
LOST = "hand on the state that the call before has returned"


class Case:
    """Hold what an attempt wrote, and what the model read meanwhile."""

    def __init__(
        self, attempt: Attempt, seed: int, number: int = cases.NUM_PREDICTS
    ) -> None:
        self.vocab, self.prefix = cases.vocab(), cases.prefix(seed)
        self.indices = [self.vocab.token_to_idx[c] for c in self.prefix]
        model = Reader(len(self.vocab))
        self.text = call(attempt, self.prefix, number, model, self.vocab)
        self.calls = model.calls
        self.read = [index for call in self.calls for index in call.read]
        is_text = isinstance(self.text, str)
        self.is_right = is_text and self.text == self.greedy()

    def greedy(self) -> str:
        """Return what the model makes of the prefix."""
        model, text = Reader(len(self.vocab)), self.prefix
        X, state = torch.tensor([self.indices]), model.begin_state(1)
        for _ in range(cases.NUM_PREDICTS):
            _, state = model(X, state)
            best = model.calls[-1].best[-1]
            text += self.vocab.idx_to_token[best]
            X = torch.tensor([[best]])
        return text

    def letters(self, indices: list[int]) -> str:
        """Return the characters of indices, in quotes."""
        return repr("".join(self.vocab.idx_to_token[i] for i in indices))


@holds("predict_rnn", "prefix", CALLED, READ)
def begins_with_prefix(predict_rnn: Attempt, seed: int) -> None:
    """Expect a text that begins with the prefix, once, and goes on."""
    case = Case(predict_rnn, seed)
    require(bool(case.calls), "the model was not called")
    text = str(case.text)
    begins = text.startswith(case.prefix)
    expected = case.letters(case.calls[0].best[:1])
    hint = "what the model expects within the prefix is not written"
    require(
        begins and case.prefix not in text[1:],
        repr(case.text),
        "" if begins or repr(text[1:2]) != expected else hint,
        expected=f"a text that begins with {case.prefix!r}, once",
    )


@holds("predict_rnn", "warm_up", CALLED, READ)
def reads_prefix(predict_rnn: Attempt, seed: int) -> None:
    """Expect the prefix to be read once, in order, from zeros."""
    case = Case(predict_rnn, seed)
    if case.is_right:
        return  # in whichever way
    require(bool(case.calls), "the model was not called")
    indices, length = case.indices, len(case.indices)
    last, after = indices[-1], case.read[length:]
    hint = ""
    if case.read[0] == last:
        hint = "only the last character of the prefix was read"
    elif after[:1] == [last] and set(after) != {last}:
        hint = "the last character of the prefix is read twice"
    require(
        case.read[:length] == indices
        and after[:length] != indices
        and not hint,
        f"the model read {case.letters(case.read)}",
        hint,
        expected=f"it first reads {case.prefix!r}, once",
    )
    require(case.calls[0].state == 0, "a first state that is not zero")
    count = 0
    for first, second in pairwise(case.calls):
        count += len(first.read)
        kept = second.state == first.after
        require(kept or count >= length, "a call with another state", LOST)


@holds("predict_rnn", "feedback", CALLED, READ)
def feeds_back(predict_rnn: Attempt, seed: int) -> None:
    """Expect each predicted character to be the next input."""
    case = Case(predict_rnn, seed)
    if case.is_right:
        return
    number = cases.NUM_PREDICTS
    pairs = list(pairwise(case.calls[-number:]))
    require(len(pairs) == number - 1, f"{len(case.calls)} calls of the model")
    for before, after in pairs:
        require(
            after.read == before.best[-1:],
            f"the model read {case.letters(after.read)}",
            expected=f"it reads {case.letters(before.best[-1:])}, which it "
            "expects",
        )
        kept = after.state == before.after
        require(kept, "a call with another state", LOST)


@holds("predict_rnn", "result", CALLED, READ)
def returned_text(predict_rnn: Attempt, seed: int) -> None:
    """Expect the prefix, and as many characters as asked for."""
    case = Case(predict_rnn, seed)
    require(case.is_right, repr(case.text), expected=repr(case.greedy()))
    none = Case(predict_rnn, seed, number=0)
    expected = f"{case.prefix!r}, if there is nothing to predict"
    require(none.text == case.prefix, repr(none.text), expected=expected)
