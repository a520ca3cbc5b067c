"""Judge how a text is continued, by what a model was given to read."""

from functools import partial

import charrnn.checks.cases as cases
from charrnn.checks.verdict import Complaint, Seen
from charrnn.checks.words import no_result, said

READ = "Prediction > Read first, then write"


def called(seen: Seen) -> str:
    """Return what was called."""
    word, number = cases.prefix(seen["seed"]), cases.NUM_PREDICTS
    return f'predict_rnn("{word}", {number}, model, vocab)'


def indices_of(text: str) -> list[int]:
    """Return the indices of a text."""
    known = cases.vocab().token_to_idx
    return [known[character] for character in text]


def expected_text(seen: Seen, number: int = cases.NUM_PREDICTS) -> str:
    """Return what the model of the probe makes of a prefix."""
    vocab, text = cases.vocab(), cases.prefix(seen["seed"])
    H = 0
    for index in indices_of(text):
        H = (31 * H + index + 1) % 1009
    for _ in range(number):
        best = 1 + H % (len(vocab) - 1)
        text += vocab.idx_to_token[best]
        H = (31 * H + best + 1) % 1009
    return text


def reads(seen: Seen) -> list[int]:
    """Return all indices that the model has read, in order."""
    return [index for call in seen["read"] for index in call["read"][0]]


def is_right(seen: Seen) -> bool:
    """Return whether the text is that which the model expects."""
    return bool(seen["got"].get("data") == expected_text(seen))


def first_guess(seen: Seen) -> int:
    """Return the symbol that is expected after the first of the prefix."""
    (first,) = indices_of(cases.prefix(seen["seed"])[0])
    return 1 + (first + 1) % 1009 % (len(cases.vocab()) - 1)


def result(seen: Seen) -> Complaint | None:
    """Hold the text that is returned, with a prediction and without one."""
    wanted = repr(expected_text(seen))
    if failed := no_result(seen["got"], called(seen), wanted, READ):
        return failed
    text = seen["got"].get("data")
    if is_right(seen):
        if seen["nothing"].get("data") == cases.prefix(seen["seed"]):
            return None
        return Complaint(
            called(seen).replace(str(cases.NUM_PREDICTS), "0"),
            said(seen["nothing"]), repr(cases.prefix(seen["seed"])),
            "with nothing to predict, the text is the prefix", READ,
        )  # fmt: skip
    hint = "the prefix was read, but the largest logit of the last row was "
    hint += "not what was written"
    if not isinstance(text, str):
        hint = "join the characters to one text, and return it"
    elif len(text) != len(expected_text(seen)):
        hint = (
            "the text has another length than that of the prefix and "
            f"{cases.NUM_PREDICTS} more characters"
        )
    for complaint in (prefix(seen), warm_up(seen), feedback(seen)):
        hint = complaint.hint if complaint else hint
        if complaint:
            break
    return Complaint(called(seen), said(seen["got"]), wanted, hint, READ)


def prefix(seen: Seen) -> Complaint | None:
    """Hold that the text begins with the prefix, once."""
    word = cases.prefix(seen["seed"])
    wanted = f"a text that begins with {word!r}, and goes on"
    if failed := no_result(seen["got"], called(seen), wanted, READ):
        return failed
    complain = partial(
        Complaint, called(seen), said(seen["got"]), wanted, page=READ
    )
    text = seen["got"].get("data")
    if not isinstance(text, str):
        return complain("join the characters to one text")
    if text.startswith("<unk>"):
        return complain(
            "vocab takes a whole text for one symbol, which it does not know: "
            "look its characters up one by one, or give a list of them"
        )
    if "<unk>" in text:
        return complain(
            "<unk> is no character: was the largest logit of the last row "
            "taken, along the axis of the symbols?"
        )
    rest = text.removeprefix(word)
    as_long = len(text) <= len(word) + cases.NUM_PREDICTS
    if len(rest) < len(text) and as_long and not rest.startswith(word):
        return None
    if text.startswith((word * 2, word[0] * 2)) or word * 2 in text:
        return complain("the prefix, or a part of it, is written twice")
    if text.startswith(word):
        return complain("more is written than was asked for")
    if len(text) == cases.NUM_PREDICTS:
        return complain("the text begins with the prefix itself: put it first")
    if text[::2].startswith(word):
        return complain("there is something between the characters: join "
                        "them without it")  # fmt: skip
    if text[:1] == word[:1] and len(text) > 1:
        return complain(
            "during the warm-up the network only reads: what it would have "
            "predicted there is not written, as the prefix is known"
        )
    return complain("the text begins with the prefix itself: put it first")


def warm_up(seen: Seen) -> Complaint | None:
    """Hold that the prefix is read once, from a state of zeros, in order."""
    vocab, word = cases.vocab(), cases.prefix(seen["seed"])
    indices, read = indices_of(word), reads(seen)
    wanted = f"the characters of {word!r}, each once, from a state of zeros"
    if failed := no_result(seen["got"], called(seen), wanted, READ):
        return failed
    if is_right(seen):
        return None  # in whichever way
    first = seen["read"][0]["state"] if read else None
    start = [vocab.idx_to_token[i] for i in read[: len(word) + 2]]
    came = f"the model read {''.join(start)!r} first"
    complain = partial(Complaint, called(seen), came, wanted, page=READ)
    if read[: len(indices)] != indices:
        return complain(
            "read the whole prefix before anything is predicted: only then "
            "does the state know what the text is about"
        )
    if any(first or []):
        return complain("begin with model.begin_state(batch_size=1)")
    if broken := lost_state(seen, len(indices)):
        return complain(broken)
    after = read[len(indices) : len(indices) + 1]
    number = len(expected_text(seen)) - len(word)
    if after == indices[-1:] and len(read) > len(indices) + number:
        return complain(
            "the last character of the prefix is read twice: after the "
            "warm-up its logits are there already, and give the next one"
        )
    repeated = read[len(indices) : 2 * len(indices)] == indices
    if repeated and len(indices) > 1:
        return complain("the prefix is read twice, and belongs to the state "
                        "only once")  # fmt: skip
    return None


def lost_state(seen: Seen, number: int) -> str | None:
    """Say if a call did not begin with the state of the call before."""
    H, count = 0.0, 0
    for call in seen["read"]:
        if count and call["state"] != [H]:
            return (
                "the state is lost between two calls of the model: hand the "
                "one that it returns to the next call"
            )
        for index in call["read"][0]:
            H, count = (31 * H + index + 1) % 1009, count + 1
        if count >= number:
            return None
    return None


def feedback(seen: Seen) -> Complaint | None:
    """Hold that each character that is written is read next."""
    vocab, word = cases.vocab(), cases.prefix(seen["seed"])
    wanted = "each predicted character is the next input"
    if failed := no_result(seen["got"], called(seen), wanted, READ):
        return failed
    if is_right(seen):
        return None
    text, length = expected_text(seen), len(word)
    right = indices_of(text[length:])
    read = reads(seen)[length:]
    if (
        len(read) >= len(right) - 1
        and read[: len(right)] == right[: len(read)]
    ):
        return None
    came = "".join(vocab.idx_to_token[i] for i in read)
    hint = "what was predicted, and nothing else, is read next"
    if read[:1] == [first_guess(seen)] != right[:1]:
        hint = "the logits of the last row are those after the last character"
    elif len(str(seen["got"].get("data"))) == len(text) - 1:
        hint = "one character too few is written"
    elif not read:
        hint = "after the prefix, the model has to read what it has written"
    elif len(set(read)) == 1 and len(read) > 2:
        hint = "the same character is read again and again: it is not replaced"
        if read[0] != indices_of(word)[-1]:
            hint = (
                "the same character is read again and again: what is needed "
                "is the index of the largest logit, and not that logit itself"
            )
    elif lost_state(seen, len(reads(seen))):
        hint = (
            "the state is lost between two calls of the model: hand the one "
            "that it returns to the next call"
        )
    elif warm_up(seen):
        hint = "the warm-up went wrong, and so does what follows it"
    return Complaint(
        called(seen), f"after the prefix the model read {came!r}", wanted,
        hint, READ,
    )  # fmt: skip
