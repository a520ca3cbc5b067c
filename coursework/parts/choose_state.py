"""Check the state that a minibatch starts from."""

from torch import Tensor

from coursework.kit import cases, doubles
from coursework.kit.calling import Attempt, call
from coursework.kit.feedback import expect, property_of, require
from coursework.kit.recordings import BEGUN, CARRIED, expect_tensors
from coursework.kit.values import hint_for

CALLED = "choose_state(model, state, batch_size, use_random_iter)"
PAGE = "Training > The state between two minibatches"
MODEL = doubles.RecordingModel(0)


def state_of(seed: int, rows: int) -> tuple[Tensor]:
    """Return a state with a graph."""
    _, H, _ = cases.network(seed, batch_size=rows)
    return (2 * H.requires_grad_(),)


@property_of(CALLED, PAGE)
def begun(choose_state: Attempt, seed: int) -> None:
    """An epoch, and each minibatch of random sampling, begins with zeros."""
    for rows in (cases.n, 1):
        old = state_of(seed, rows + 1)  # the batch size may change
        for state, is_random in ((None, False), (None, True), (old, True)):
            found = call(choose_state, MODEL, state, rows, is_random)
            what = f"the state of {rows} rows, use_random_iter={is_random}"
            hint = hint_for(found, {CARRIED: old})
            expect_tensors(what, found, MODEL.begin_state(rows), hint)


@property_of(CALLED, PAGE)
def carried(choose_state: Attempt, seed: int) -> None:
    """In sequential order, each minibatch continues from the last state."""
    for rows in (cases.n, 1):
        state = state_of(seed, rows)
        right = doubles.copies([*state])
        found = call(choose_state, MODEL, state, rows, False)
        what = f"choose_state(model, state, {rows}, False)"
        hint = hint_for(found, {BEGUN: MODEL.begin_state(rows)})
        expect_tensors(what, found, right, hint)


@property_of(CALLED, PAGE)
def detached(choose_state: Attempt, seed: int) -> None:
    """A state that is carried over has no graph."""
    state, what = state_of(seed, 2), "choose_state(model, state, 2, False)"
    found = call(choose_state, MODEL, state, 2, False)
    parts = found if isinstance(found, tuple | list) else [found]
    tensors = [S for S in parts if isinstance(S, Tensor)]
    require(bool(tensors), what, found, state)
    hint = "the state is returned as it was given" if found is state else ""
    flags = [S.grad_fn is not None for S in tensors]
    name = f"[S.requires_grad for S in {what}]"
    expect(name, flags, [False] * len(flags), hint)
