"""Check predictions by what the model was given to read."""

from itertools import pairwise

import torch

import coursework.checks.cases as cases
from coursework.checks.doubles import HashingModel
from coursework.checks.feedback import Attempt, call, property_of, require

READ = "Prediction > Read first, then write"
CALLED = f"predict_rnn(prefix, {cases.NUM_PREDICTS}, model, vocab)"
LOST = "hand on the state that the call before has returned"


class Prediction:
    """The text that an attempt returns, and what its model has read."""

    def __init__(
        self, attempt: Attempt, seed: int, number: int = cases.NUM_PREDICTS
    ) -> None:
        self.vocab, self.prefix = cases.vocab(), cases.prefix(seed)
        self.indices = [self.vocab.token_to_idx[c] for c in self.prefix]
        model = HashingModel(len(self.vocab))
        self.text = call(attempt, self.prefix, number, model, self.vocab)
        self.calls = model.calls
        self.read = [index for call in self.calls for index in call.read]
        is_text = isinstance(self.text, str)
        self.is_right = is_text and self.text == self.greedy()

    def greedy(self) -> str:
        """Return the text that the model's predictions lead to."""
        model, text = HashingModel(len(self.vocab)), self.prefix
        X, state = torch.tensor([self.indices]), model.begin_state(1)
        for _ in range(cases.NUM_PREDICTS):
            _, state = model(X, state)
            best = model.calls[-1].best[-1]
            text += self.vocab.idx_to_token[best]
            X = torch.tensor([[best]])
        return text

    def quote(self, indices: list[int]) -> str:
        """Return the characters of indices, in quotes."""
        return repr("".join(self.vocab.idx_to_token[i] for i in indices))


@property_of("predict_rnn", "prefix", CALLED, READ)
def begins_with_prefix(predict_rnn: Attempt, seed: int) -> None:
    """Expect a text that begins with the prefix, once, and goes on."""
    made = Prediction(predict_rnn, seed)
    require(bool(made.calls), "the model was not called")
    text = str(made.text)
    begins = text.startswith(made.prefix)
    expected = made.quote(made.calls[0].best[:1])
    hint = "what the model expects within the prefix is not written"
    require(
        begins and made.prefix not in text[1:],
        repr(made.text),
        "" if begins or repr(text[1:2]) != expected else hint,
        expected=f"a text that begins with {made.prefix!r}, once",
    )


@property_of("predict_rnn", "warm_up", CALLED, READ)
def reads_prefix(predict_rnn: Attempt, seed: int) -> None:
    """Expect the prefix to be read once, in order, from zeros."""
    made = Prediction(predict_rnn, seed)
    if made.is_right:
        return  # it may read in any way
    require(bool(made.calls), "the model was not called")
    indices, length = made.indices, len(made.indices)
    last, after = indices[-1], made.read[length:]
    hint = ""
    if made.read[0] == last:
        hint = "only the last character of the prefix was read"
    elif after[:1] == [last] and set(after) != {last}:
        hint = "the last character of the prefix is read twice"
    require(
        made.read[:length] == indices
        and after[:length] != indices
        and not hint,
        f"the model read {made.quote(made.read)}",
        hint,
        expected=f"it first reads {made.prefix!r}, once",
    )
    require(made.calls[0].state == 0, "a first state that is not zero")
    count = 0
    for first, second in pairwise(made.calls):
        count += len(first.read)
        kept = second.state == first.after
        require(kept or count >= length, "a call with another state", LOST)


@property_of("predict_rnn", "feedback", CALLED, READ)
def feeds_back(predict_rnn: Attempt, seed: int) -> None:
    """Expect each predicted character to be the next input."""
    made = Prediction(predict_rnn, seed)
    if made.is_right:
        return
    number = cases.NUM_PREDICTS
    pairs = list(pairwise(made.calls[-number:]))
    require(len(pairs) == number - 1, f"{len(made.calls)} calls of the model")
    for before, after in pairs:
        require(
            after.read == before.best[-1:],
            f"the model read {made.quote(after.read)}",
            expected=f"it reads {made.quote(before.best[-1:])}, which it "
            "expects",
        )
        kept = after.state == before.after
        require(kept, "a call with another state", LOST)


@property_of("predict_rnn", "result", CALLED, READ)
def returned_text(predict_rnn: Attempt, seed: int) -> None:
    """Expect the prefix, and as many characters as asked for."""
    made = Prediction(predict_rnn, seed)
    require(made.is_right, repr(made.text), expected=repr(made.greedy()))
    none = Prediction(predict_rnn, seed, number=0)
    expected = f"{made.prefix!r}, if there is nothing to predict"
    require(none.text == made.prefix, repr(none.text), expected=expected)
