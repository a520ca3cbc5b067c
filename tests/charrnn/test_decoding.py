"""Decoding: the loop that writes a text, and many side by side."""

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
    top_p,
)

STRATEGIES = {
    "greedy": greedy,
    "temperature": temperature(1.3),
    "top_k": top_k(3),
    "composed": compose(temperature(0.8), top_p(0.9)),
}
every_strategy = pytest.mark.parametrize("name", STRATEGIES)


def two_beams(*args):
    return beam_search(*args, beam_width=2)


def one_of_three(prefix, num_chars, *task):
    texts = generate_many(prefix, num_chars, 3, *task)
    assert len(texts) == 3 and len(set(texts)) == 1  # greedy
    return texts[0]


every_writer = pytest.mark.parametrize(
    "write", [generate, one_of_three, predict_rnn, two_beams]
)


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


@every_strategy
def test_unknown_token_is_never_output(model, vocab, name):
    with torch.no_grad():
        model.params[4][vocab.unk] = 100  # the bias of <unk>
    text = generate("the", 60, model, vocab, strategy=STRATEGIES[name])
    assert len(text) == 63 and set(text) <= set(vocab.idx_to_token)
    for write in (predict_rnn, two_beams):
        assert len(write("the", 10, model, vocab)) == 13


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
def test_writing_leaves_the_model_trainable(model, vocab, write):
    write("the", 3, model, vocab)
    Y, _ = model(torch.ones(1, 2, dtype=torch.int64), model.begin_state(1))
    Y.sum().backward()
    assert all(p.grad is not None for p in model.parameters())


@every_writer
def test_ties_go_to_the_lowest_index(model, vocab, write):
    for param in model.params:
        param.data.zero_()
    first = vocab.idx_to_token[1]  # after <unk>
    assert write("the", 3, model, vocab) == "the" + 3 * first


@every_writer
def test_prefix_is_cleaned_as_the_corpus(model, vocab, write):
    assert (
        write("  Thé—TIME,\nmachine! ", 0, model, vocab) == "the time machine"
    )


@every_writer
@pytest.mark.parametrize(
    ("prefix", "num_chars", "message"),
    [
        *[(empty, 5, "at least one letter") for empty in ("", " ", "—!?\n")],
        ("the", -1, "0 or more, not -1"),
    ],
)
def test_invalid_prefixes_and_lengths_raise(
    model, vocab, write, prefix, num_chars, message
):
    with pytest.raises(ValueError, match=message):
        write(prefix, num_chars, model, vocab)


@pytest.mark.parametrize("number", [0, -1, 2.5])
def test_invalid_counts_raise(model, vocab, number):
    with pytest.raises(ValueError, match="beam_width must be an integer"):
        beam_search("the", 5, model, vocab, beam_width=number)
    with pytest.raises(ValueError, match="num_texts must be an integer"):
        generate_many("the", 5, number, model, vocab)


@every_writer
def test_unknown_characters_are_named_to_the_caller(model, vocab, write):
    with pytest.warns(UserWarning, match="<unk>: '2', 'z', 'ж'") as record:
        text = write("the 2z ж time", 4, model, vocab)
    assert text.startswith("the 2z ж time") and len(text) == 17
    assert record[0].filename == __file__


drawing = [
    lambda *args, strategy=strategy: generate(*args, strategy=strategy)
    for strategy in STRATEGIES.values()
]


@pytest.mark.parametrize(
    "write", [one_of_three, predict_rnn, two_beams, *drawing]
)
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
