"""Prediction: let a model continue a text."""

import re
import warnings

import torch

from charrnn.corpus import Vocab, fold
from charrnn.model import RNNModel, RNNModelScratch

# White space and the punctuation of prose.
SEPARATORS = r"[\s.,;:!?'\"()\[\]_*‘’“”«»—–-]+"


def clean_prefix(prefix: str, vocab: Vocab) -> str:
    """Clean ``prefix`` as the corpus is cleaned, but say what is unknown.

    Case, accents, punctuation and white space are treated as in the corpus.
    Any other character that the vocabulary lacks, such as a digit, stays
    in the text, and a warning names it. Raises ValueError if nothing is
    left.
    """
    text = re.sub(SEPARATORS, " ", fold(prefix)).strip()
    if not text:
        raise ValueError(
            f"the prefix {prefix!r} has no character to begin with: "
            "give at least one letter"
        )
    unknown = sorted(set(text) - set(vocab.token_to_idx))
    if unknown:
        names = ", ".join(repr(character) for character in unknown)
        warnings.warn(
            f"not in the vocabulary, and read as <unk>: {names}",
            stacklevel=4,  # the caller of predict_rnn
        )
    return text


@torch.inference_mode()
def predict_rnn(
    prefix: str,
    num_predicts: int,
    model: RNNModelScratch | RNNModel,
    vocab: Vocab,
) -> str:
    """Continue ``prefix`` by ``num_predicts`` characters, greedily.

    The model reads the whole prefix first, which warms up its state. Then
    each most probable character is output, and read as the next input.
    ``<unk>`` is never output, as it is no character. Returns the prefix,
    cleaned, and its continuation.

    Raises ValueError if the prefix is empty or ``num_predicts`` negative;
    warns of characters that are not in the vocabulary.
    """
    if num_predicts < 0:
        raise ValueError(f"num_predicts must be 0 or more, not {num_predicts}")
    text = clean_prefix(prefix, vocab)
    X = torch.tensor([vocab[list(text)]])  # (1, len(text))
    state = model.begin_state(batch_size=1)
    for _ in range(num_predicts):
        Y, state = model(X, state)
        logits = Y[-1]  # (vocab_size,)
        logits[vocab.unk] = -torch.inf
        X = logits.argmax().reshape(1, 1)
        text += vocab.to_tokens(X.item())
    return text
