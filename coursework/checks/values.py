"""Describe and compare values."""

import math
from typing import Any

import torch
from torch import Tensor


def describe(value: Any) -> str:
    """Describe a value in one line."""
    if isinstance(value, Tensor):
        dtype = str(value.dtype).removeprefix("torch.")
        return f"a tensor of shape {tuple(value.shape)}, {dtype}"
    if isinstance(value, tuple | list) and any(
        isinstance(item, Tensor | tuple) for item in value
    ):
        items = ", ".join(describe(item) for item in value[:5])
        more = ", …" if len(value) > 5 else ""
        return f"a {type(value).__name__} of {len(value)}: {items}{more}"
    text = " ".join(repr(value).split())
    return text if len(text) <= 100 else f"{text[:100]} …"


def near(ours: Any, theirs: Any, rtol: float = 1e-3) -> bool:
    """Return whether a value is close to another.

    ``theirs`` is a number, a tensor, or a list or tuple of these.
    """
    if isinstance(theirs, list | tuple):
        if isinstance(ours, Tensor) or not hasattr(ours, "__len__"):
            return False
        return len(ours) == len(theirs) and all(
            near(a, b, rtol) for a, b in zip(ours, theirs, strict=True)
        )
    if isinstance(theirs, float):
        found = number(ours)
        return found is not None and math.isclose(found, theirs, rel_tol=rtol)
    if not isinstance(ours, Tensor) or ours.shape != theirs.shape:
        return False
    pair = ours.detach().double(), theirs.detach().double()
    return torch.allclose(*pair, rtol, 1e-5)


def hint_for(value: Any, mistakes: dict[str, Any]) -> str:
    """Return the hint whose mistake leads to this value, or ""."""
    found = (hint for hint, wrong in mistakes.items() if near(value, wrong))
    return next(found, "")


def joint_norm(tensors: list[Tensor]) -> float:
    """Return the norm of all tensors together."""
    parts = [t.detach().flatten().double() for t in tensors]
    return float(torch.cat([torch.zeros(1), *parts]).norm())


def number(value: Any) -> float | None:
    """Return a value as a float, or None if it is not a number."""
    if hasattr(value, "tolist"):  # a tensor, or NumPy's number
        value = value.tolist()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:  # an integer of hundreds of digits
        return None


def state_tensor(state: Any) -> Tensor | None:
    """Return the tensor of a state, or None unless it is a tuple of one."""
    whole = isinstance(state, tuple | list) and len(state) == 1
    return state[0] if whole and isinstance(state[0], Tensor) else None
