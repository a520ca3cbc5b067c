"""The text, the vocabulary, and the two strategies for minibatches."""

import hashlib
import re
import unicodedata
from itertools import pairwise

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


def test_cleaning_leaves_words_alone():
    raw = "Phœnician,\r\n\r\n  café: cafe\u0301—Linnæan_"
    assert clean(raw) == "phoenician cafe cafe linnaean"


@given(st.text())
def test_clean_gives_words_with_single_spaces(text):
    cleaned = clean(text)
    assert re.fullmatch("([a-z]+( [a-z]+)*)?", cleaned)
    assert clean(cleaned) == cleaned


def test_cleaning_may_keep_all_but_superfluous_white_space():
    raw = " “Phœnician,\r\n cafe\u0301!”\t(1895)\n\r\n\n—_Why?_\n"
    kept = "“Phœnician,\ncafé!” (1895)\n\n—_Why?_"
    assert clean(raw, letters_only=False) == kept


@given(st.text())
def test_what_is_kept_is_the_text_without_its_white_space(text):
    kept = clean(text, letters_only=False)
    assert clean(kept, letters_only=False) == kept
    assert kept.split() == unicodedata.normalize("NFC", text).split()
    assert not re.search(r"[^\S \n]| \s|\s |\n{3}|^\s|\s$", kept)


def test_the_text_may_be_set_by_path_or_environment(tmp_path, monkeypatch):
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text("\ufeffÜber allen Gipfeln", "utf-8")
    other.write_text("ist Ruh", "utf-8")
    monkeypatch.setenv("CHARRNN_CORPUS", str(other))
    assert read_text() == "ist Ruh"
    assert read_text(path) == read_text(str(path)) == "Über allen Gipfeln"


def test_unreadable_files_raise(tmp_path, monkeypatch):
    missing, latin = tmp_path / "nowhere.txt", tmp_path / "latin.txt"
    latin.write_bytes("façade".encode("latin-1"))
    monkeypatch.setenv("CHARRNN_CORPUS", str(missing))
    for path, error, message in [
        (missing, FileNotFoundError, r"nowhere\.txt.*correct path"),
        ("", FileNotFoundError, "named by path.*not a file"),
        (None, FileNotFoundError, "correct CHARRNN_CORPUS"),
        (latin, ValueError, r"latin\.txt is not UTF-8.*byte 2"),
    ]:
        with pytest.raises(error, match=message):
            read_text(path)


@pytest.mark.parametrize("package", ["no_such_package", "charrnn"])
def test_a_missing_package_or_novel_raises(monkeypatch, package):
    monkeypatch.setattr(corpus, "PACKAGE", package)
    with pytest.raises(ModuleNotFoundError, match="pip install word-text"):
        read_text()


def test_another_edition_of_the_novel_raises(monkeypatch):
    found = hashlib.sha256(b"another edition").hexdigest()
    monkeypatch.setattr(corpus, "_read_novel", lambda: b"another edition")
    with pytest.raises(ValueError, match=f"{found}.*force-reinstall"):
        read_text()


# The vocabulary


def test_vocabulary_orders_by_frequency_then_alphabet():
    vocab = Vocab([*"nbanabc a", "<unk>", "<unk>", "<unk>"])
    assert vocab.token_freqs == [
        ("a", 3), ("b", 2), ("n", 2), (" ", 1), ("c", 1),
    ]  # fmt: skip
    assert vocab.idx_to_token == ["<unk>", "a", "b", "n", " ", "c"]
    assert vocab["<unk>"] == vocab["é"] == vocab.unk == 0


@given(st.text(min_size=1))
def test_vocabulary_round_trip(text):
    vocab = Vocab(text)
    indices = vocab[list(text)]
    assert vocab.to_tokens(indices) == list(text) and 0 not in indices
    assert vocab.to_tokens(torch.tensor(indices)) == list(text)
    assert len(vocab) == len(set(text)) + 1
    assert vocab[vocab.idx_to_token] == list(range(len(vocab)))


@given(st.text())
def test_a_prefix_is_cleaned_as_the_text_of_the_vocabulary(text):
    for letters_only in (True, False):
        kept = clean(f"The {text}.", letters_only=letters_only)
        assert Vocab(kept).clean_prefix(kept) == kept


@pytest.mark.parametrize(
    ("indices", "error", "message"),
    [
        ([0, -1], IndexError, "index -1 is outside.*3 tokens"),
        ([0, 3], IndexError, "index 3 is outside.*3 tokens"),
        ("a", TypeError, r"'a' is a token: use vocab\["),
    ],
)
def test_invalid_indices_raise(indices, error, message):
    with pytest.raises(error, match=message):
        Vocab("ab").to_tokens(indices)


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
    for (_, Y), (X, _) in pairwise([] if use_random_iter else batches):
        assert torch.equal(X[:, 0], Y[:, -1])  # the rows continue


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


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a" * 14, (2, 5), "too short.*15 tokens.*has 14"),
        ("1, 2, 3", (1, 1), "nothing is left"),
        ("a" * 100, (0, 5), "at least 1, not 0 and 5"),
        ("a" * 100, (2, 0), "at least 1, not 2 and 0"),
        ("a" * 100, (2, 5, False, 0), "max_tokens.*not 0"),
        ("a" * 100, (2, 5, False, -2), "max_tokens.*not -2"),
    ],
)
def test_invalid_texts_and_sizes_raise(tmp_path, text, options, message):
    path = tmp_path / "text.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        load_data_time_machine(*options, path=path)


@pytest.mark.parametrize("letters_only", [True, False])
@pytest.mark.parametrize(("max_tokens", "end"), [(-1, None), (2000, 2000)])
def test_minibatches_are_of_the_first_tokens_of_the_novel(
    max_tokens, end, letters_only
):
    options = {"generator": torch.Generator(), "letters_only": letters_only}
    train_iter, vocab = load_data_time_machine(
        32, 35, True, max_tokens, **options
    )
    text = "".join(vocab.to_tokens(train_iter.corpus))
    assert text == clean(read_text(), letters_only=letters_only)[:end]
    assert train_iter.use_random_iter
    assert train_iter.generator is options["generator"]


@given(size=st.integers(2, 200), batch_size=st.integers(-1, 20))
def test_rows_are_the_text_and_its_next_tokens(size, batch_size):
    corpus = torch.arange(size)
    if not 1 <= batch_size < size:
        message = "too short" if batch_size > 0 else "must be at least 1"
        with pytest.raises(ValueError, match=message):
            rows(corpus, batch_size)
        return
    X, Y = rows(corpus, batch_size)
    assert len(X) == batch_size and torch.equal(Y, X + 1)
    used = X.numel()
    assert torch.equal(X.flatten(), corpus[:used])
    assert size - 1 - used < batch_size
