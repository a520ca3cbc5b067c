"""Prediction: let a model continue a text."""

import torch

from charrnn.interface import Model, Vocabulary


def predict_rnn(
    prefix: str, num_predicts: int, model: Model, vocab: Vocabulary
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
    X = torch.tensor([vocab[list(text)]])  # (1, len(text))
    with torch.inference_mode():
        Y, state = model(X, model.begin_state(batch_size=1))  # the warm-up
        for _ in range(num_predicts):
            logits = Y[-1]  # (vocab_size,), after the last character
            logits[vocab.unk] = -torch.inf
            best = logits.argmax()  # of equals, the lowest index
            if not logits[best].isfinite():
                raise FloatingPointError(
                    "no distribution: the logits have NaN or infinity; has "
                    "the training of the model diverged?"
                )
            text += vocab.to_tokens(int(best))
            Y, state = model.step(best.reshape(1), state)
    return text
