"""Check the state before the first character."""

import torch
from torch import Tensor

from coursework.kit.calling import Attempt, call
from coursework.kit.feedback import expect, property_of, require
from coursework.kit.values import NO_TUPLE, WORD_ON_TYPES, state_tensor

CALLED = "init_rnn_state(batch_size, num_hiddens)"
PAGE = "The Network > A network as an object"


@property_of(CALLED, PAGE)
def form(init_rnn_state: Attempt, seed: int) -> None:
    """The state is a tuple of one tensor, float32, (batch, num_hiddens)."""
    for n in (2, 1):
        state, zeros = call(init_rnn_state, n, 4), torch.zeros(n, 4)
        H, hint = state_tensor(state), NO_TUPLE * isinstance(state, Tensor)
        right = H is not None and H.shape == (n, 4)
        require(right, f"init_rnn_state({n}, 4)", state, (zeros,), hint)
        kind = H.dtype if H is not None else None
        expect("the type of H", kind, torch.float32, WORD_ON_TYPES)


@property_of(CALLED, PAGE)
def zeros(init_rnn_state: Attempt, seed: int) -> None:
    """The state begins with zeros: nothing has been read yet."""
    state = call(init_rnn_state, 2, 4)
    parts = [state] if isinstance(state, Tensor) else state
    is_several = isinstance(parts, list | tuple) and len(parts) > 0
    right = is_several and all(
        isinstance(H, Tensor) and not H.any() for H in parts
    )
    require(right, "init_rnn_state(2, 4)", state, (torch.zeros(2, 4),))
