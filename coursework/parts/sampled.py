"""Check a run with random sampling."""

from typing import Any

from coursework.kit.feedback import expect, property_of
from coursework.kit.values import perplexities
from coursework.parts import sequential

VARIABLES = ["sampled", "random_net", "random_iter", "sequential", "net"]


@property_of("sampled", sequential.PAGE)
def training(history: Any, net: Any, train_iter: Any, *rest: Any) -> None:
    """Perplexity falls from about len(vocab) to what the network has now."""
    sequential.training(history, net, train_iter, rest[-1])


@property_of(
    "sampled", "What to Carry Between Minibatches > Two orders of minibatches"
)
def apart(
    sampled: Any, own: Any, batches: Any, first: Any, net: Any, seed: int
) -> None:
    """This run trains a different network, with random sampling."""
    is_random = getattr(batches, "use_random_iter", True)
    expect("random_iter.use_random_iter", is_random, True)
    expect("random_net is net", own is net, False)
    is_same = perplexities(sampled) == perplexities(first)
    expect("sampled == sequential", is_same, False)
