"""Show and compare values, and the hints that several parts give."""

import math
from typing import Any

import torch
from torch import Tensor

CUT = "the graph is cut: look for no_grad, detach, or torch.tensor"
NO_TUPLE = "the tensor is not in a tuple: a comma makes a tuple"
SYMBOLS = "beside the letters, the vocabulary has the space, and <unk>"
WORD_ON_TYPES = "only tensors of one type can be multiplied: float32"


class Words(str):
    """A condition in words, which is shown without quotation marks."""

    __slots__ = ()
    __repr__ = str.__str__


def show(value: Any) -> str:
    """Return the ``repr`` of a value, in one line.

    Floats are rounded to six digits. Of a large tensor, this is its shape
    and its type.
    """
    if isinstance(value, Tensor) and value.numel() > 8:
        return f"<tensor {tuple(value.shape)}, {value.dtype}>"
    if type(value) in (list, tuple):
        items = [show(item) for item in value[:6]]
        items += ["…"] if len(value) > 6 else []
        if isinstance(value, list):
            return f"[{', '.join(items)}]"
        return f"({', '.join(items)}{',' * (len(items) == 1)})"
    if isinstance(value, Tensor):
        value = value.detach()
    if isinstance(value, float):
        value = float(f"{value:.6g}")
    is_text = type(value) is str  # whose spaces count
    text = repr(value) if is_text else " ".join(repr(value).split())
    return text if len(text) <= 120 else f"{text[:120]} …"


def near(ours: Any, theirs: Any, rtol: float = 1e-3) -> bool:
    """Return whether a value is equal to another, or close to it.

    Floats and tensors are compared up to ``rtol``, also within lists and
    tuples, which count as alike. An integer is a number too.
    """
    match theirs:
        case Tensor():
            if not isinstance(ours, Tensor) or ours.shape != theirs.shape:
                return False
            pair = ours.detach().double(), theirs.detach().double()
            return torch.allclose(*pair, rtol, 1e-5)
        case list() | tuple():
            if not isinstance(ours, list | tuple):
                return False
            return len(ours) == len(theirs) and all(
                near(a, b, rtol) for a, b in zip(ours, theirs, strict=True)
            )
        case float():
            found = number(ours)
            return found is not None and math.isclose(
                found, theirs, rel_tol=rtol
            )
    return type(ours) is type(theirs) and bool(ours == theirs)


def hint_for(value: Any, mistakes: dict[str, Any]) -> str:
    """Return the hint whose mistake gives this value, or ""."""
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
    return float(value)


def state_tensor(state: Any) -> Tensor | None:
    """Return the tensor of a state, or None unless it is a tuple of one."""
    whole = isinstance(state, tuple | list) and len(state) == 1
    return state[0] if whole and isinstance(state[0], Tensor) else None


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of a tensor, or None."""
    return tuple(value.shape) if isinstance(value, Tensor) else None


def ones(tensor: Tensor) -> dict[tuple[int, ...], Any]:
    """Return the entries that are not 0, by their positions."""
    return {tuple(p): tensor[*p].item() for p in tensor.nonzero().tolist()}


def perplexities(history: Any) -> list[float | None]:
    """Return the numbers in a list, and None for what is not a number."""
    found = history.tolist() if hasattr(history, "tolist") else history
    is_several = isinstance(found, list | tuple)
    return [number(p) for p in found] if is_several else []
