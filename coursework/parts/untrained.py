"""Check what the network writes before any training."""

from typing import Any

from coursework.kit.feedback import expect, property_of
from coursework.parts import written

VARIABLES = ["untrained", "net", "vocab"]


@property_of("untrained", written.PAGE)
def prefix(found: Any, net: Any, vocab: Any, seed: int) -> None:
    """The text is 'traveller', followed by thirty characters."""
    expect("the type of the text", type(found), str)
    expect("untrained[:9]", found[:9], "traveller")
    expect("len(untrained)", len(found.replace("<unk>", "?")), 39)


@property_of("untrained", written.PAGE)
def text(found: Any, net: Any, vocab: Any, seed: int) -> None:
    """Each of the last ten characters is what net predicts at this point."""
    written.text(found, net, vocab, seed)
