"""Prediction: let a model continue a text."""

import torch

from charrnn.corpus import Vocab
from charrnn.model import RNNModel, RNNModelScratch


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
    text = vocab.clean_prefix(prefix)
    X = torch.tensor([vocab[list(text)]])  # (1, len(text))
    state = model.begin_state(batch_size=1)
    with torch.inference_mode():
        for _ in range(num_predicts):
            Y, state = model(X, state)
            logits = Y[-1]  # (vocab_size,)
            logits[vocab.unk] = -torch.inf
            X = logits.argmax().reshape(1, 1)
            text += vocab.to_tokens(X.item())
    return text
