"""Decoding: the loop that writes a text, many side by side, and beams."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.samples import Table, networks

from charrnn import predict_rnn
from charrnn.decoding import (
    beam_search,
    compose,
    generate,
    generate_many,
    greedy,
    temperature,
    top_k,
)


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


def test_texts_follow_the_distribution_side_by_side(tiny):
    # What follows depends on the text so far: each has a state of its own.
    tables = {"": [0.5, 0.3, 0.2], "b": [0.1, 0.6, 0.3], "a": [0.7, 0.2, 0.1]}
    number, strategy = 4000, compose(temperature(1.5), top_k(2))

    def logits(read):
        written = "".join(tiny.to_tokens(list(read[1:])))
        known = tables.get(written, tables[""])
        return [0.0, *map(math.log, known)]  # <unk> has the largest

    def choices(written):
        row = torch.tensor([-math.inf, *map(math.log, tables[written])])
        shares = strategy(row).exp().tolist()
        return [(x, p) for x, p in zip("bac", shares[1:], strict=True) if p]

    texts = generate_many(
        "c", 2, number, Table(logits), tiny, strategy=strategy,
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    expected = {
        "c" + x + y: number * p * q
        for x, p in choices("")
        for y, q in choices(x)
    }
    assert len(texts) == number and set(texts) == set(expected)
    chi_square = sum(
        (texts.count(text) - mean) ** 2 / mean
        for text, mean in expected.items()
    )
    assert chi_square < 16.27  # 3 degrees of freedom, one in a thousand


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


@pytest.mark.parametrize("number", [0, 2.5])
def test_invalid_counts_raise(model, vocab, number):
    with pytest.raises(ValueError, match="beam_width must be an integer"):
        beam_search("the", 5, model, vocab, beam_width=number)
    with pytest.raises(ValueError, match="num_texts must be an integer"):
        generate_many("the", 5, number, model, vocab)


@every_writer
def test_a_prefix_is_cleaned_and_its_unknown_characters_named(
    model, vocab, write
):
    with pytest.warns(UserWarning, match="<unk>: '2', 'z', 'ж'") as record:
        text = write("  Thé—2z,\nж TIME! ", 4, model, vocab)
    assert text.startswith("the 2z ж time") and len(text) == 17
    assert record[0].filename == __file__


@every_writer
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_one_step_with_nonfinite_logits_raises(vocab, write, bad):
    def logits(read):
        return [bad if len(read) == 4 else 0.0] * len(vocab)

    assert len(write("t", 3, Table(logits), vocab)) == 4
    for length in (4, 7):  # at the end, and on the way
        with pytest.raises(FloatingPointError, match="no distribution"):
            write("t", length, Table(logits), vocab)


def slow_greedy(text, num_chars, net, vocab):
    """Return a greedy text, which is read from its start for each choice."""
    for _ in range(num_chars):
        X = torch.tensor([vocab[list(text)]])
        with torch.no_grad():
            Y, _ = net(X, net.begin_state(1))
        row = Y[-1].tolist()
        row[vocab.unk] = -math.inf
        text += vocab.to_tokens(row.index(max(row)))
    return text


@pytest.mark.parametrize("kind", range(4))
def test_greedy_texts_equal_those_of_a_slow_loop(tiny, kind):
    @given(st.integers(0, 1000), st.integers(0, 12), st.integers(1, 5))
    def check(seed, length, number):
        torch.manual_seed(seed)
        task = networks(tiny)[kind], tiny
        text = slow_greedy("ab", length, *task)
        assert predict_rnn("ab", length, *task) == text
        assert beam_search("ab", length, *task, beam_width=1) == text
        # Composed, it draws, where greedy itself only looks.
        for strategy in (greedy, compose(greedy), temperature(0)):
            assert generate("ab", length, *task, strategy=strategy) == text
        many = generate_many("ab", length, number, *task)
        assert many == [text] * number

    check()


# Beam search


def log_likelihood(prefix, text, model, vocab):
    """Return the log-probability of ``text`` after ``prefix``, by hand."""
    X = torch.tensor([vocab[list(text)]])
    with torch.no_grad():
        logits, _ = model(X, model.begin_state(1))
    logits[:, vocab.unk] = -math.inf
    log_p = logits.log_softmax(dim=1)[:-1].gather(1, X[0, 1:, None])
    return log_p[len(prefix) - 1 :].sum().item()


@pytest.mark.parametrize("kind", range(4))
def test_a_beam_for_all_texts_finds_the_best_of_them(tiny, kind):
    net = networks(tiny)[kind]
    texts = ["ab" + "".join(end) for end in itertools.product("abc", repeat=4)]
    best = max(texts, key=lambda text: log_likelihood("ab", text, net, tiny))
    found = beam_search("ab", 4, net, tiny, beam_width=len(texts))
    assert found == best


def test_a_wider_beam_finds_what_begins_with_a_less_likely_symbol(tiny):
    table = {
        tuple(tiny[list(text)]): [-math.inf, *map(math.log, row)]
        for text, row in {"": [0.5, 0.4, 0.1], "b": [0.4, 0.3, 0.3]}.items()
    }  # indices are <unk>, b, a, c
    sure = [-math.inf, 0.0, -1e9, -1e9]  # after all else, b follows
    model = Table(lambda read: table.get(read[1:], sure))
    for width, text in ((1, "cbb"), (2, "cab")):
        assert beam_search("c", 2, model, tiny, beam_width=width) == text
