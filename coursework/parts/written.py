"""Check what the trained network writes."""

from typing import Any

import torch

from coursework.kit.calling import call
from coursework.kit.feedback import expect, property_of, require

VARIABLES = ["written", "net", "vocab"]
PAGE = "Prediction > Read first, then write"


@property_of("written", PAGE)
def text(found: Any, net: Any, vocab: Any, seed: int) -> None:
    """Each of the last ten characters is what net predicts at this point."""
    expect("the type of the text", type(found), str)
    last, *rights = call(last_ten, found, net, vocab)
    require(last in rights, "the last ten characters", last, rights[0])


def last_ten(text: str, net: Any, vocab: Any) -> list[str]:
    """Return the last ten symbols, and the best, with ``<unk>`` or not."""
    X = torch.tensor([vocab[list(text.replace("<unk>", "?"))]])
    with torch.no_grad():
        O, _ = net(X[:, :-1], net.begin_state(1))
    rows = X[0], O.argmax(1), O[:, 1:].argmax(1) + 1
    return ["".join(vocab.to_tokens(row[-10:])) for row in rows]
