"""The text, the vocabulary, and the two strategies for minibatches."""

import hashlib
import re
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from charrnn import Vocab, corpus, load_data_time_machine
from charrnn.corpus import (
    Minibatches,
    clean,
    random_starts,
    read_text,
    rows,
    sequential_starts,
)

# The text


def test_the_novel_runs_from_its_first_to_its_last_sentence():
    text = read_text()
    assert text.startswith("The Time Traveller (for so")
    assert text.rstrip().endswith("still lived on in the heart of man.")
    assert "gutenberg" not in text.lower()


def test_facts_of_the_corpus():
    # Counted apart from the package, with re and Counter alone.
    text = clean(read_text())
    assert len(text) == 173_792
    assert len(text.split(" ")) == 32_806
    assert sorted(set(text)) == list(" abcdefghijklmnopqrstuvwxyz")
    assert Counter(text).most_common(10) == [
        (" ", 32_805),
        ("e", 17_880),
        ("t", 13_554),
        ("a", 11_734),
        ("i", 10_166),
        ("n", 9_948),
        ("o", 9_780),
        ("s", 8_541),
        ("h", 8_280),
        ("r", 7_695),
    ]


def test_words_with_accents_survive():
    words = set(clean(read_text()).split())
    assert {"facade", "phoenician", "tubingen", "antennae"} <= words


def test_words_are_not_glued_at_line_breaks():
    words = set(clean(read_text()).split())
    assert not {"uponthe", "inbrass", "wasexpounding"} & words


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Time\nTraveller", "time traveller"),
        ("re\r\n\r\n  turn—ed_", "re turn ed"),
        ("Phœnician façade, café, Tübingen, Linnæan", None),
        ("cafe\u0301", "cafe"),
        ("2 + 2", ""),
        ("", ""),
    ],
)
def test_clean(raw, cleaned):
    expected = "phoenician facade cafe tubingen linnaean"
    assert clean(raw) == (expected if cleaned is None else cleaned)


@given(st.text())
def test_clean_gives_words_with_single_spaces(text):
    cleaned = clean(text)
    assert re.fullmatch("([a-z]+( [a-z]+)*)?", cleaned)
    assert clean(cleaned) == cleaned


def test_another_text_by_path_and_by_environment(tmp_path, monkeypatch):
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text("\ufeffÜber allen Gipfeln", "utf-8")
    other.write_text("ist Ruh", "utf-8")
    assert read_text(path) == "Über allen Gipfeln"
    assert read_text(str(path)) == "Über allen Gipfeln"
    monkeypatch.setenv("CHARRNN_CORPUS", str(other))
    assert read_text() == "ist Ruh"
    assert read_text(path) == "Über allen Gipfeln"


def test_missing_file(tmp_path, monkeypatch):
    missing = tmp_path / "nowhere.txt"
    with pytest.raises(FileNotFoundError, match=r"nowhere\.txt.*correct path"):
        read_text(missing)
    with pytest.raises(FileNotFoundError, match="is no file"):
        read_text("")
    monkeypatch.setenv("CHARRNN_CORPUS", str(missing))
    with pytest.raises(FileNotFoundError, match="correct CHARRNN_CORPUS"):
        read_text()


def test_undecodable_file(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("façade".encode("latin-1"))
    with pytest.raises(ValueError, match=r"latin\.txt is not UTF-8.*byte 2"):
        read_text(path)


@pytest.mark.parametrize("package", ["no_such_package", "charrnn"])
def test_missing_package_or_novel(monkeypatch, package):
    monkeypatch.setattr(corpus, "PACKAGE", package)
    with pytest.raises(ModuleNotFoundError, match="pip install word-text"):
        read_text()


def test_wrong_checksum(monkeypatch):
    found = hashlib.sha256(b"another edition").hexdigest()
    monkeypatch.setattr(corpus, "_read_novel", lambda: b"another edition")
    with pytest.raises(ValueError, match=f"{found}.*force-reinstall"):
        read_text()


# The vocabulary


def test_vocabulary_of_the_novel():
    _, vocab = load_data_time_machine(32, 35)
    assert len(vocab) == 28
    assert vocab.idx_to_token[:4] == ["<unk>", " ", "e", "t"]
    assert vocab.unk == 0
    assert vocab["<unk>"] == vocab["é"] == 0


def test_vocabulary_orders_by_frequency_then_alphabet():
    vocab = Vocab("nbanabc a")
    assert vocab.token_freqs == [
        ("a", 3), ("b", 2), ("n", 2), (" ", 1), ("c", 1),
    ]  # fmt: skip
    assert vocab.idx_to_token == ["<unk>", "a", "b", "n", " ", "c"]


@given(st.text(min_size=1))
def test_vocabulary_round_trip(text):
    vocab = Vocab(text)
    indices = vocab[list(text)]
    assert 0 not in indices
    assert "".join(vocab.to_tokens(indices)) == text
    assert vocab.to_tokens(torch.tensor(indices)) == list(text)
    assert len(vocab) == len(set(text)) + 1
    assert [vocab[token] for token in vocab.idx_to_token] == list(
        range(len(vocab))
    )


def test_unknown_token_in_the_text_keeps_index_0():
    vocab = Vocab(["a", "<unk>", "<unk>"])
    assert vocab.idx_to_token == ["<unk>", "a"]


@pytest.mark.parametrize("index", [-1, 3])
def test_index_outside_the_vocabulary(index):
    with pytest.raises(IndexError, match=f"index {index} is outside.*3 tok"):
        Vocab("ab").to_tokens([0, index])


def test_token_in_place_of_an_index():
    with pytest.raises(TypeError, match=r"'a' is a token: use vocab\["):
        Vocab("ab").to_tokens("a")


# Minibatches


@st.composite
def sizes(draw):
    """Draw a batch size, a number of steps, and a length that suffices."""
    batch_size = draw(st.integers(1, 6))
    num_steps = draw(st.integers(1, 9))
    spare = draw(st.integers(0, 60))
    return batch_size, num_steps, (batch_size + 1) * num_steps + spare


def make(size, use_random_iter, seed=0):
    batch_size, num_steps, num_tokens = size
    generator = torch.Generator().manual_seed(seed)
    return Minibatches(
        torch.arange(num_tokens), batch_size, num_steps, use_random_iter,
        generator=generator,
    )  # fmt: skip


@given(sizes(), st.booleans(), st.integers(0, 99))
def test_every_target_is_the_next_token(size, use_random_iter, seed):
    batch_size, num_steps, _ = size
    batches = list(make(size, use_random_iter, seed))
    assert batches
    for X, Y in batches:
        assert X.shape == Y.shape == (batch_size, num_steps)
        assert X.dtype == Y.dtype == torch.int64
        assert torch.equal(Y, X + 1)  # the token at position i is i
        assert torch.equal(X[:, 1:], X[:, :-1] + 1)


@given(sizes(), st.integers(0, 99))
def test_sequential_rows_continue(size, seed):
    batches = list(make(size, False, seed))
    for (_, Y), (X, _) in zip(batches, batches[1:], strict=False):
        assert torch.equal(X[:, 0], Y[:, -1])


@given(sizes(), st.integers(0, 99))
def test_random_sampling_takes_each_subsequence_once(size, seed):
    batch_size, num_steps, num_tokens = size
    starts = torch.cat([X[:, 0] for X, _ in make(size, True, seed)])
    offset = starts.min().item() % num_steps
    num_subseqs = (num_tokens - 1 - offset) // num_steps
    assert len(starts.unique()) == len(starts)
    assert ((starts - offset) % num_steps == 0).all()
    # Nothing is left over but what does not fill a minibatch.
    assert len(starts) == num_subseqs // batch_size * batch_size


def test_random_sampling_covers_all_when_they_fill_the_minibatches():
    starts = random_starts(31, 2, 5, offset=0)
    assert sorted(starts.flatten().tolist()) == [0, 5, 10, 15, 20, 25]


def test_random_sampling_is_in_random_order():
    starts = random_starts(10_000, 32, 35, 0).flatten()
    assert not torch.equal(starts, starts.sort().values)


@given(sizes())
def test_sequential_partitioning_wastes_less_than_a_minibatch(size):
    batch_size, num_steps, num_tokens = size
    for offset in range(num_steps):
        starts = sequential_starts(num_tokens, batch_size, num_steps, offset)
        used = starts.numel() * num_steps
        spare = num_tokens - 1 - offset - used
        assert 0 <= spare < batch_size * num_steps + batch_size


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_offsets_are_0_to_num_steps_minus_1(use_random_iter):
    batches = make((1, 4, 400), use_random_iter)
    offsets = {batches.draw_starts().min().item() for _ in range(200)}
    assert offsets == {0, 1, 2, 3}


@pytest.mark.parametrize("use_random_iter", [False, True])
def test_a_generator_makes_epochs_repeatable(use_random_iter):
    def epochs(seed):
        batches = make((4, 5, 200), use_random_iter, seed)
        return [[X.tolist() for X, _ in batches] for _ in range(3)]

    assert epochs(1) == epochs(1) != epochs(2)
    first, second, third = epochs(1)
    assert first != second or second != third


def test_minibatches_are_copies():
    batches = make((2, 3, 30), False)
    for X, _ in batches:
        X.zero_()
    assert torch.equal(batches.corpus, torch.arange(30))


def test_text_too_short_for_a_minibatch(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("a" * 100, "utf-8")
    with pytest.raises(ValueError, match="too short.*1155 tokens.*has 100"):
        load_data_time_machine(32, 35, path=path)
    assert make((2, 5, 15), False) and make((2, 5, 15), True)
    with pytest.raises(ValueError, match="too short"):
        make((2, 5, 14), False)


def test_empty_text(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_text("1, 2, 3", "utf-8")
    with pytest.raises(ValueError, match="nothing is left"):
        load_data_time_machine(1, 1, path=path)


@pytest.mark.parametrize("sizes", [(0, 5), (2, 0), (-1, 5)])
def test_sizes_below_one(sizes):
    with pytest.raises(ValueError, match="at least 1"):
        load_data_time_machine(*sizes)


def test_max_tokens():
    train_iter, _ = load_data_time_machine(32, 35)
    assert len(train_iter.corpus) == 10_000
    assert len(list(train_iter)) == 8
    train_iter, vocab = load_data_time_machine(32, 35, max_tokens=-1)
    assert len(train_iter.corpus) == 173_792
    assert "".join(vocab.to_tokens(train_iter.corpus)) == clean(read_text())
    for max_tokens in (0, -2):
        with pytest.raises(ValueError, match="max_tokens"):
            load_data_time_machine(32, 35, max_tokens=max_tokens)


@given(size=st.integers(2, 200), batch_size=st.integers(1, 20))
def test_rows_are_the_text_and_its_next_tokens(size, batch_size):
    corpus = torch.arange(size)
    if size <= batch_size:
        with pytest.raises(ValueError, match="the text is too short"):
            rows(corpus, batch_size)
        return
    X, Y = rows(corpus, batch_size)
    assert len(X) == batch_size and torch.equal(Y, X + 1)
    used = X.numel()
    assert torch.equal(X.flatten(), corpus[:used])
    assert size - 1 - used < batch_size


def test_rows_are_at_least_one():
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        rows(torch.arange(9), 0)
