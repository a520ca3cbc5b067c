"""Decoding: the loop that writes a text, and many side by side."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from samples import Table, networks
from torch import nn

from charrnn import predict_rnn
from charrnn.decoding import (
    beam_search,
    compose,
    generate,
    generate_many,
    greedy,
    temperature,
    top_k,
    top_p,
)

STRATEGIES = {
    "greedy": greedy,
    "temperature": temperature(1.3),
    "top_k": top_k(3),
    "composed": compose(temperature(0.8), top_p(0.9)),
}
every_strategy = pytest.mark.parametrize("name", STRATEGIES)


def test_greedy_is_what_prediction_does(model, vocab):
    text = predict_rnn("the time", 20, model, vocab)
    assert generate("the time", 20, model, vocab) == text
    slow = compose(greedy)  # draws, where greedy itself only looks
    assert generate("the time", 20, model, vocab, strategy=slow) == text
    coldest = temperature(0)
    assert generate("the time", 20, model, vocab, strategy=coldest) == text


@every_strategy
def test_a_generator_makes_texts_repeatable(model, vocab, name):
    def write(seed):
        options = {"strategy": STRATEGIES[name]}
        one, many = (
            options | {"generator": torch.Generator().manual_seed(seed)}
            for _ in range(2)
        )
        return [
            generate("the", 30, model, vocab, **one),
            *generate_many("the", 30, 5, model, vocab, **many),
        ]

    before = torch.get_rng_state()
    texts = write(1)
    assert write(1) == texts and {len(text) for text in texts} == {33}
    for one, other in zip(texts, write(2), strict=True):
        assert (one == other) is (name == "greedy")
    assert len(set(texts[1:])) == (1 if name == "greedy" else 5)
    assert torch.equal(torch.get_rng_state(), before)


def test_without_a_generator_the_global_one_is_drawn_from(model, vocab):
    def write():
        torch.manual_seed(3)
        return generate("the", 30, model, vocab, strategy=temperature(1))

    assert write() == write()


@every_strategy
def test_unknown_token_is_never_output(model, vocab, name):
    with torch.no_grad():
        model.params[4][vocab.unk] = 100  # the bias of <unk>
    text = generate("the", 60, model, vocab, strategy=STRATEGIES[name])
    assert len(text) == 63 and set(text) <= set(vocab.idx_to_token)
    found = beam_search("the", 10, model, vocab, beam_width=4)
    assert len(found) == 13


def test_draws_follow_the_distribution(vocab):
    logits = [0.0] * len(vocab)
    logits[1:5] = [2.0, 1.0, 0.5, -1.0]
    fixed, number = Table(lambda read: logits), 3000
    strategy = compose(temperature(1.5), top_k(4))
    text = generate(
        "t", number, fixed, vocab, strategy=strategy,
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    logits[vocab.unk] = -math.inf
    expected = strategy(torch.tensor(logits)).exp().tolist()
    counts = [text[1:].count(token) for token in vocab.idx_to_token]
    assert {i for i, n in enumerate(counts) if n} == {1, 2, 3, 5}
    chi_square = sum(
        (n - number * p) ** 2 / (number * p)
        for n, p in zip(counts, expected, strict=True)
        if p > 0
    )
    assert chi_square < 16.27  # 3 degrees of freedom, one in a thousand


def test_many_texts_follow_the_distribution_side_by_side(tiny):
    # What follows depends on the text so far: each has a state of its own.
    tables = {
        "": [0.5, 0.3, 0.2],
        "b": [0.1, 0.6, 0.3],
        "a": [0.7, 0.2, 0.1],
        "c": [0.2, 0.2, 0.6],
    }

    def logits(read):
        written = "".join(tiny.to_tokens(list(read[1:])))
        return [0.0, *map(math.log, tables.get(written, tables[""]))]

    number = 4000
    texts = generate_many(
        "c", 2, number, Table(logits), tiny, strategy=temperature(1),
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    assert len(texts) == number
    chi_square = 0
    for (i, first), (j, second) in itertools.product(
        enumerate("bac"), repeat=2
    ):
        expected = number * tables[""][i] * tables[first][j]
        found = texts.count("c" + first + second)
        chi_square += (found - expected) ** 2 / expected
    assert chi_square < 26.12  # 8 degrees of freedom, one in a thousand


def test_only_the_prefix_is_read_as_one_hot_vectors(model, vocab, monkeypatch):
    shapes = []

    def one_hot(X, vocab_size):
        shapes.append(tuple(X.shape))
        return nn.functional.one_hot(X.T, vocab_size)

    monkeypatch.setattr("charrnn.model.one_hot", one_hot)
    predict_rnn("the", 9, model, vocab)
    generate_many("the", 9, 4, model, vocab, strategy=temperature(1))
    assert shapes == [(1, 3), (1, 3)]


def test_generating_leaves_the_model_trainable(model, vocab):
    generate("the", 3, model, vocab, strategy=temperature(1))
    beam_search("the", 3, model, vocab, beam_width=3)
    Y, _ = model(torch.ones(1, 2, dtype=torch.int64), model.begin_state(1))
    Y.sum().backward()
    assert all(p.grad is not None for p in model.parameters())


def two_beams(*args):
    return beam_search(*args, beam_width=2)


def one_of_three(prefix, num_chars, model, vocab):
    texts = generate_many(prefix, num_chars, 3, model, vocab)
    assert len(texts) == 3 and len(set(texts)) == 1  # greedy
    return texts[0]


every_writer = pytest.mark.parametrize(
    "write", [generate, one_of_three, two_beams]
)


@every_writer
def test_prefix_is_cleaned(model, vocab, write):
    assert write("  The  TIME,\nmachine! ", 0, model, vocab) == (
        "the time machine"
    )


@every_writer
def test_bad_arguments(model, vocab, write):
    with pytest.raises(ValueError, match="at least one letter"):
        write(" —", 5, model, vocab)
    with pytest.raises(ValueError, match="0 or more, not -1"):
        write("the", -1, model, vocab)


@pytest.mark.parametrize("number", [0, -1, 2.5])
def test_bad_numbers(model, vocab, number):
    with pytest.raises(ValueError, match="beam_width must be an integer"):
        beam_search("the", 5, model, vocab, beam_width=number)
    with pytest.raises(ValueError, match="num_texts must be an integer"):
        generate_many("the", 5, number, model, vocab)


def test_unknown_characters_are_named_to_the_caller(model, vocab):
    with pytest.warns(UserWarning, match="<unk>: '2'") as record:
        generate("the 2", 1, model, vocab)
        generate_many("the 2", 1, 2, model, vocab)
        beam_search("the 2", 1, model, vocab, beam_width=2)
    assert [r.filename for r in record] == [__file__] * 3


def test_a_diverged_model_is_named(model, vocab):
    with torch.no_grad():
        model.params[4][:] = math.nan
    for write in (generate, one_of_three, predict_rnn, two_beams):
        with pytest.raises(FloatingPointError, match="no distribution"):
            write("the", 3, model, vocab)


@every_strategy
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_one_step_whose_logits_are_not_finite_is_enough(vocab, name, bad):
    def logits(read):
        return [bad if len(read) == 4 else 0.0] * len(vocab)

    table, strategy = Table(logits), STRATEGIES[name]
    assert len(generate("t", 3, table, vocab, strategy=strategy)) == 4
    for length in (4, 7):  # at the end, and on the way
        with pytest.raises(FloatingPointError, match="no distribution"):
            generate("t", length, table, vocab, strategy=strategy)
        with pytest.raises(FloatingPointError, match="no distribution"):
            generate_many("t", length, 2, table, vocab, strategy=strategy)


def slow_greedy(text, num_chars, net, vocab):
    """Return a greedy text, read anew from its beginning for each choice."""
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
        net = networks(tiny)[kind]
        text = slow_greedy("ab", length, net, tiny)
        assert generate("ab", length, net, tiny) == text
        assert predict_rnn("ab", length, net, tiny) == text
        many = generate_many("ab", length, number, net, tiny)
        assert many == [text] * number

    check()
