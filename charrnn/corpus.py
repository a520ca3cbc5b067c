"""The text: read it, clean it, number its symbols, cut it into minibatches."""

import hashlib
import os
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

PACKAGE = "word_text_counter"
RESOURCE = "data/time_machine.txt"
SHA256 = "531e11d1185ca4a86cb7acf60fd45943c1591945aea40f4f1c1ea577dfd6e2d9"
OPENING = "The Time Traveller (for so"
CLOSING = "*** END OF"

# White space and the punctuation of prose.
SEPARATORS = r"[\s.,;:!?'\"()\[\]_*‘’“”«»—–-]+"

# Letters that Unicode does not decompose.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"})


def read_text(path: str | Path | None = None) -> str:
    """Return the text of the corpus, uncleaned.

    This is the file at ``path`` if given, otherwise the file named by the
    environment variable ``CHARRNN_CORPUS`` if set, and otherwise *The Time
    Machine*, from its first sentence to its last.

    Raises FileNotFoundError if the file is missing, ValueError if it is not
    UTF-8 or the novel is not the expected edition, ModuleNotFoundError if
    the package that contains the novel is not installed.
    """
    if path is not None:
        return _read_file(Path(path), "path")
    if named := os.environ.get("CHARRNN_CORPUS"):
        return _read_file(Path(named), "CHARRNN_CORPUS")
    data = _read_novel()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"the novel in {PACKAGE} is not the expected edition: its "
            f"SHA-256 is {found}, not {SHA256}; install it again with "
            "pip install --force-reinstall word-text-counter==0.3.0"
        )
    text = _decode(data, RESOURCE)
    return text[text.index(OPENING) : text.index(CLOSING)]


def _read_file(path: Path, origin: str) -> str:
    path = path.expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}, named by {origin}, is missing or not a file: "
            f"correct {origin}, or leave it out to read the novel"
        )
    return _decode(path.read_bytes(), str(path))


def _read_novel() -> bytes:
    try:
        return files(PACKAGE).joinpath(RESOURCE).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise ModuleNotFoundError(
            f"the package {PACKAGE}, which has the novel, is missing: "
            "pip install word-text-counter==0.3.0, or name another text "
            "with path= or the environment variable CHARRNN_CORPUS"
        ) from error


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} is not UTF-8 text ({error.reason} at byte "
            f"{error.start}): save it as UTF-8"
        ) from error


def fold(text: str) -> str:
    """Lower the case of ``text`` and replace accented letters with plain ones.

    ``é`` becomes ``e``, ``œ`` becomes ``oe``.
    """
    text = unicodedata.normalize("NFKD", text).lower().translate(LIGATURES)
    return "".join(c for c in text if not unicodedata.combining(c))


def clean(text: str, *, letters_only: bool = True) -> str:
    """Reduce ``text`` to lower-case words with one space between them.

    Each run of characters outside a to z, line breaks included, becomes
    one space. Unless ``letters_only``, only white space is reduced, as
    ``tidy`` does.
    """
    if not letters_only:
        return tidy(text)
    return re.sub("[^a-z]+", " ", fold(text)).strip()


def tidy(text: str) -> str:
    """Reduce each run of white space in ``text``, and keep all the rest.

    Where it does not break the line, it becomes one space; where it does, one
    line break, or two at the end of a paragraph. Characters that Unicode
    composes are composed, in its form NFC.
    """

    def shorten(run: re.Match[str]) -> str:
        breaks = len(f"{run[0]}.".splitlines()) - 1
        return (" ", "\n", "\n\n")[min(breaks, 2)]

    return re.sub(r"\s+", shorten, unicodedata.normalize("NFC", text)).strip()


def separate(text: str) -> str:
    """Return ``text`` folded, with a space for what separates words."""
    return re.sub(SEPARATORS, " ", fold(text))


class Vocab:
    """Number the distinct tokens of a text.

    ``tokens`` is a string, whose tokens are its characters, or an iterable of
    strings. Index 0 is ``<unk>``, the unknown token. The known ones follow in
    descending order of frequency, ties in alphabetical order. ``token_freqs``
    lists each token with its count, ``idx_to_token`` the tokens by index, and
    ``token_to_idx`` maps each token to its index.
    """

    unk = 0

    def __init__(self, tokens: Iterable[str]) -> None:
        counts = Counter(tokens)
        counts.pop("<unk>", None)
        self.token_freqs = sorted(
            counts.items(), key=lambda pair: (-pair[1], pair[0])
        )
        self.idx_to_token = ["<unk>"] + [t for t, _ in self.token_freqs]
        self.token_to_idx = {t: i for i, t in enumerate(self.idx_to_token)}

    def __len__(self) -> int:
        """Return the number of tokens, including the unknown one."""
        return len(self.idx_to_token)

    def __getitem__(self, tokens: str | Iterable[str]) -> int | list[Any]:
        """Return the index of a token, or the list of indices of several.

        A string is one token, even if it is long. A token that is not in the
        vocabulary has the index of ``<unk>``.
        """
        if isinstance(tokens, str):
            return self.token_to_idx.get(tokens, self.unk)
        return [self[token] for token in tokens]

    def to_tokens(
        self, indices: int | Sequence[Any] | Tensor
    ) -> str | list[Any]:
        """Return the token at an index, or the list of tokens at several.

        Raises IndexError if an index is outside ``0 .. len(vocab) - 1``,
        TypeError for a token instead of an index.
        """
        if isinstance(indices, str):
            raise TypeError(f"{indices!r} is a token: use vocab[token]")
        if isinstance(indices, Tensor):
            indices = indices.tolist()
        if isinstance(indices, Sequence):
            return [self.to_tokens(index) for index in indices]
        if not 0 <= indices < len(self):
            raise IndexError(
                f"index {indices} is outside the vocabulary: "
                f"it has {len(self)} tokens, 0 to {len(self) - 1}"
            )
        return self.idx_to_token[indices]

    def clean_prefix(self, prefix: str) -> str:
        """Clean ``prefix`` as the corpus is, but keep unknown characters.

        Case, accents, punctuation and white space are treated as in the
        corpus: if the vocabulary has a token that ``separate`` would change,
        such as a capital or a comma, the prefix keeps its own, too. Any other
        character that is not in the vocabulary, such as a digit, stays in the
        text, and a warning names it.

        Raises ValueError if nothing is left.
        """
        tokens = self.idx_to_token[1:]
        is_folded = all(separate(token) == token for token in tokens)
        text = separate(prefix).strip() if is_folded else tidy(prefix)
        if not text:
            raise ValueError(
                f"the prefix {prefix!r} has no character to begin with: "
                "give at least one letter"
            )
        unknown = sorted(set(text) - set(self.token_to_idx))
        if unknown:
            names = ", ".join(repr(character) for character in unknown)
            warnings.warn(
                f"not in the vocabulary, and read as <unk>: {names}",
                stacklevel=2,
            )
        return text


def sequential_starts(
    num_tokens: int, batch_size: int, num_steps: int, offset: int
) -> Tensor:
    """Return where each subsequence starts, under sequential partitioning.

    The text after ``offset`` is cut into ``batch_size`` rows of one length,
    and successive minibatches move along the rows. The result is int64,
    ``(num_batches, batch_size)``, one row per minibatch.
    """
    row_length = (num_tokens - 1 - offset) // batch_size
    rows = offset + row_length * torch.arange(batch_size)
    steps = num_steps * torch.arange(row_length // num_steps)
    return steps[:, None] + rows  # (num_batches, batch_size)


def random_starts(
    num_tokens: int,
    batch_size: int,
    num_steps: int,
    offset: int,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return where each subsequence starts, under random sampling.

    The text after ``offset`` is cut into subsequences of ``num_steps``, which
    are shuffled. Any that do not fill a minibatch are dropped. The result is
    int64, ``(num_batches, batch_size)``, one row per minibatch.
    """
    num_subseqs = (num_tokens - 1 - offset) // num_steps
    order = torch.randperm(num_subseqs, generator=generator)
    num_batches = num_subseqs // batch_size
    starts = offset + num_steps * order[: num_batches * batch_size]
    return starts.reshape(num_batches, batch_size)


class Minibatches:
    """Cut a text into minibatches, anew each time it is iterated over.

    ``corpus`` is the text as int64 indices, ``(num_tokens,)``. Each pass is an
    epoch: it draws an offset in ``0 .. num_steps - 1`` and yields pairs ``(X,
    Y)``, int64, both ``(batch_size, num_steps)``, where ``Y`` is ``X`` one
    position later. ``random_starts`` orders them if ``use_random_iter`` is
    set, and ``sequential_starts`` otherwise. A ``generator`` makes offsets and
    order repeatable.

    Raises ValueError if a size is below 1, or the text is too short for one
    minibatch.
    """

    def __init__(
        self,
        corpus: Tensor,
        batch_size: int,
        num_steps: int,
        use_random_iter: bool = False,
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        check_sizes(len(corpus), batch_size, num_steps)
        self.corpus = corpus
        self.batch_size, self.num_steps = batch_size, num_steps
        self.use_random_iter = use_random_iter
        self.generator = generator

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the minibatches of one epoch."""
        steps = torch.arange(self.num_steps)
        for starts in self.draw_starts():
            index = starts[:, None] + steps  # (batch_size, num_steps)
            yield self.corpus[index], self.corpus[index + 1]

    def draw_starts(self) -> Tensor:
        """Draw where the subsequences of one epoch start.

        The result is int64, ``(num_batches, batch_size)``.
        """
        offset = int(
            torch.randint(self.num_steps, (1,), generator=self.generator)
        )
        sizes = len(self.corpus), self.batch_size, self.num_steps, offset
        if self.use_random_iter:
            return random_starts(*sizes, self.generator)
        return sequential_starts(*sizes)


def check_sizes(num_tokens: int, batch_size: int, num_steps: int) -> None:
    """Raise ValueError if a text does not fill a minibatch of these sizes."""
    if batch_size < 1 or num_steps < 1:
        raise ValueError(
            "batch_size and num_steps must be at least 1, "
            f"not {batch_size} and {num_steps}"
        )
    # At the largest offset, num_steps - 1, and with the last target.
    needed = (batch_size + 1) * num_steps
    if num_tokens < needed:
        raise ValueError(
            f"the text is too short: one minibatch of {batch_size} x "
            f"{num_steps} needs {needed} tokens, and it has {num_tokens}; "
            "take a longer text, a larger max_tokens, or a smaller "
            "batch_size or num_steps"
        )


def rows(corpus: Tensor, batch_size: int = 1) -> tuple[Tensor, Tensor]:
    """Cut a text into rows, each of which is read from end to end.

    ``corpus`` is int64, (num_tokens,). Returns ``(X, Y)``, both ``(batch_size,
    (num_tokens - 1) // batch_size)``, where ``Y`` is ``X`` one position later.

    Raises ValueError if ``batch_size`` is below 1, or the text is too short
    for a token and a target in each row.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    length = (len(corpus) - 1) // batch_size
    if length < 1:
        raise ValueError(
            f"the text is too short: {batch_size} rows need at least "
            f"{batch_size + 1} tokens, and it has {len(corpus)}"
        )
    size = batch_size * length
    shape = batch_size, length
    return corpus[:size].reshape(shape), corpus[1 : size + 1].reshape(shape)


def load_data_time_machine(
    batch_size: int,
    num_steps: int,
    use_random_iter: bool = False,
    max_tokens: int = 10000,
    *,
    path: str | Path | None = None,
    generator: torch.Generator | None = None,
    letters_only: bool = True,
) -> tuple[Minibatches, Vocab]:
    """Return the minibatches of *The Time Machine* and its vocabulary.

    The minibatches come from the first ``max_tokens`` characters, or from all
    of them if it is -1. The vocabulary covers the whole text. ``path`` names a
    text to read instead; see ``read_text`` for it, ``clean`` for
    ``letters_only``, ``Minibatches`` for the remaining arguments, and
    ``read_text`` and ``Minibatches`` for the errors.
    """
    text = clean(read_text(path), letters_only=letters_only)
    check_text(text, max_tokens)
    vocab = Vocab(text)
    if max_tokens > 0:
        text = text[:max_tokens]
    corpus = torch.tensor(vocab[list(text)], dtype=torch.int64)
    train_iter = Minibatches(
        corpus, batch_size, num_steps, use_random_iter, generator=generator
    )
    return train_iter, vocab


def check_text(text: str, max_tokens: int) -> None:
    """Raise ValueError if a text is empty, or ``max_tokens`` is invalid."""
    if max_tokens < 1 and max_tokens != -1:
        raise ValueError(
            "max_tokens must be at least 1, or -1 for the whole text, "
            f"not {max_tokens}"
        )
    if not text:
        raise ValueError(
            "nothing is left of the text after cleaning, which keeps only "
            "the letters a to z: take another text"
        )
