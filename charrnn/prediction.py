"""Prediction: let a model continue a text."""

from charrnn.corpus import Vocab
from charrnn.decoding import continuations, greedy
from charrnn.model import RNNModel, RNNModelScratch


def predict_rnn(
    prefix: str,
    num_predicts: int,
    model: RNNModelScratch | RNNModel,
    vocab: Vocab,
) -> str:
    """Continue ``prefix`` by ``num_predicts`` characters, greedily.

    Each most probable character is output, and read as the next input.
    ``<unk>`` is never output, as it is no character. Returns the prefix,
    cleaned, and its continuation.

    Raises ValueError if the prefix is empty or ``num_predicts`` negative,
    FloatingPointError if the logits are not finite; warns of characters
    that are not in the vocabulary.
    """
    if num_predicts < 0:
        raise ValueError(f"num_predicts must be 0 or more, not {num_predicts}")
    text = vocab.clean_prefix(prefix)
    (end,) = continuations(text, num_predicts, 1, model, vocab, greedy, None)
    return text + end
