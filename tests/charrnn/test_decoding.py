"""Decoding: the loop that writes a text, many side by side, and beams."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.samples import Table, networks

from charrnn import Vocab, predict_rnn
from charrnn.decoding import (
    beam_search,
    compose,
    generate,
    generate_many,
    greedy,
    temperature,
)

TINY = Vocab("abcb")  # its indices are <unk>, b, a, c


def two_beams(*args):
    return beam_search(*args, beam_width=2)


def one_of_three(prefix, num_chars, *task):
    texts = generate_many(prefix, num_chars, 3, *task)
    assert len(texts) == 3 and len(set(texts)) == 1  # greedy
    return texts[0]


every_writer = pytest.mark.parametrize(
    "write", [generate, one_of_three, predict_rnn, two_beams]
)


def test_a_generator_makes_texts_repeatable(model, vocab):
    def write(seed):
        options = {
            "strategy": temperature(1.3),
            "generator": torch.Generator().manual_seed(seed),
        }
        return [
            generate("the", 30, model, vocab, **options),
            *generate_many("the", 30, 5, model, vocab, **options),
        ]

    texts = write(1)
    assert write(1) == texts and len({*texts, *write(2)}) == 12


def test_texts_follow_the_distribution_side_by_side():
    # All depends on the first character: each text has a state of its own.
    shares = {
        "": {"b": 0.5, "a": 0.3, "c": 0.2},
        "b": {"b": 0.1, "a": 0.6, "c": 0.3},
        "a": {"b": 0.7, "a": 0.2, "c": 0.1},
        "c": {"b": 0.2, "a": 0.4, "c": 0.4},
    }

    def logits(read):
        first = "".join(TINY.to_tokens(read[1:2]))  # after the prefix
        return [0.0, *map(math.log, shares[first].values())]  # 0 is <unk>

    texts = generate_many(
        "c", 3, 4000, Table(logits), TINY, strategy=compose(),
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    expected = {
        "c" + x + y + z: 4000 * p * q * r
        for x, p in shares[""].items()
        for y, q in shares[x].items()
        for z, r in shares[x].items()
    }
    assert len(texts) == 4000 and set(texts) == set(expected)
    chi_square = sum(
        (texts.count(text) - mean) ** 2 / mean
        for text, mean in expected.items()
    )
    assert chi_square < 54.05  # 26 degrees of freedom, one in a thousand


@every_writer
def test_ties_go_to_the_lowest_index(model, vocab, write):
    for param in model.params:
        param.data.zero_()
    first = vocab.idx_to_token[1]  # after <unk>
    assert write("the", 3, model, vocab) == "the" + 3 * first


@every_writer
@pytest.mark.parametrize(
    ("prefix", "num_chars", "message"),
    [("—!?\n", 5, "at least one letter"), ("the", -1, "0 or more, not -1")],
)
def test_invalid_prefixes_and_lengths_raise(
    model, vocab, write, prefix, num_chars, message
):
    with pytest.raises(ValueError, match=message):
        write(prefix, num_chars, model, vocab)


def test_invalid_counts_raise(model, vocab):
    with pytest.raises(ValueError, match="beam_width must be an integer"):
        beam_search("the", 5, model, vocab, beam_width=0)
    with pytest.raises(ValueError, match="num_texts must be an integer"):
        generate_many("the", 5, 0, model, vocab)


@every_writer
def test_a_prefix_is_cleaned_and_its_unknown_characters_named(
    model, vocab, write
):
    with pytest.warns(UserWarning, match="<unk>: '2', 'z', 'ж'"):
        text = write("  Thé—2z,\nж TIME! ", 4, model, vocab)
    assert text.startswith("the 2z ж time") and len(text) == 17


@every_writer
def test_one_step_with_nonfinite_logits_raises(vocab, write):
    def logits(read):
        return [math.nan if len(read) == 4 else 0.0] * len(vocab)

    assert len(write("t", 3, Table(logits), vocab)) == 4
    for length in (4, 7):  # at the end, and on the way
        with pytest.raises(FloatingPointError, match="no distribution"):
            write("t", length, Table(logits), vocab)


def slow_search(text, num_chars, net, vocab, width):
    """Return the best text; each is read from its start for each choice."""
    texts = [text]
    for _ in range(num_chars):
        texts = [text + symbol for text in texts for symbol in "abc"]
        X = torch.tensor([vocab[list(text)] for text in texts])
        with torch.no_grad():
            O, _ = net(X, net.begin_state(len(X)))
        O[:, vocab.unk] = -math.inf
        log_p = O.log_softmax(dim=1).view(*X.T.shape, -1)  # (steps, n, V)
        chosen = log_p[:-1].gather(2, X.T[1:, :, None])
        order = chosen.sum(dim=(0, 2)).argsort(descending=True)
        texts = [texts[i] for i in order[:width]]
    return texts[0]


kinds = st.integers(0, 1)


@given(kind=kinds, seed=st.integers(0, 1000), length=st.integers(0, 6))
def test_greedy_texts_equal_those_of_a_slow_loop(kind, seed, length):
    torch.manual_seed(seed)
    task = networks(TINY)[kind], TINY
    text = slow_search("ab", length, *task, width=1)
    assert predict_rnn("ab", length, *task) == text
    # Composed, it draws, where greedy itself only looks.
    for strategy in (greedy, compose(greedy), temperature(0)):
        assert generate("ab", length, *task, strategy=strategy) == text
    assert generate_many("ab", length, 3, *task) == [text] * 3


@given(kinds, st.integers(0, 1000), st.integers(2, 6), st.integers(1, 5))
def test_beams_equal_those_of_a_slow_search(kind, seed, length, width):
    torch.manual_seed(seed)
    task = networks(TINY)[kind], TINY
    text = slow_search("ab", length, *task, width)
    assert beam_search("ab", length, *task, beam_width=width) == text
