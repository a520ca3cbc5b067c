"""Show values, compare them, and say how they differ."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

RTOL, ATOL = 1e-3, 1e-5


@dataclass(frozen=True)
class Between:
    """What is right from one number to another."""

    low: float
    high: float

    def __repr__(self) -> str:
        """Return both numbers."""
        return f"{self.low:.6g} to {self.high:.6g}"


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


def near(ours: Any, theirs: Any) -> bool:
    """Return whether a value is equal to another, or close to it.

    Numbers and tensors are compared up to ``RTOL``, also within lists and
    tuples, which count as alike. Whole numbers must be equal, of any type.
    """
    match theirs:
        case Tensor():
            if not isinstance(ours, Tensor) or ours.shape != theirs.shape:
                return False
            if ours.is_complex():
                return False
            pair = ours.detach().double(), theirs.detach().double()
            return torch.allclose(*pair, RTOL, ATOL)
        case list() | tuple():
            if not isinstance(ours, list | tuple):
                return False
            return len(ours) == len(theirs) and all(
                near(a, b) for a, b in zip(ours, theirs, strict=True)
            )
        case Between(low, high):
            found = number(ours)
            is_within = found is not None and low <= found <= high
            return is_within or ours == theirs
        case float():
            found = number(ours)
            return found is not None and math.isclose(
                found, theirs, rel_tol=RTOL, abs_tol=ATOL
            )
        case int() if type(theirs) is int:
            return number(ours) == theirs
    return type(ours) is type(theirs) and bool(ours == theirs)


def difference(ours: Any, theirs: Any) -> tuple[str, str, str]:
    """Return where a value differs from the right one, and both there.

    The place is what follows the name of the value: ``".shape"``,
    ``"[3, 1]"``, ``", its length"``, or ``""`` if they differ as a whole.
    """
    if isinstance(theirs, Tensor) and isinstance(ours, Tensor):
        if ours.shape != theirs.shape:
            got, expected = (show(tuple(Z.shape)) for Z in (ours, theirs))
            return ".shape", got, expected
        a, b = ours.detach().double(), theirs.detach().double()
        wrong = ~torch.isclose(a, b, RTOL, ATOL)
        for place in wrong.nonzero()[:1].tolist():
            got, expected = (show(Z[tuple(place)].item()) for Z in (a, b))
            return str(place or ""), got, expected
    several = isinstance(ours, list | tuple), isinstance(theirs, list | tuple)
    if not all(several):
        return "", show(ours), show(theirs)
    if len(ours) != len(theirs) and max(len(ours), len(theirs)) > 6:
        return ", its length", show(len(ours)), show(len(theirs))
    has_parts = any(isinstance(p, Tensor | list | tuple) for p in theirs)
    for i, pair in enumerate(zip(ours, theirs, strict=False)):
        if (has_parts or len(theirs) > 6) and not near(*pair):
            place, got, expected = difference(*pair)
            return f"[{i}]{place}", got, expected
    return "", show(ours), show(theirs)


def number(value: Any) -> float | None:
    """Return a value as a float, or None if it is not a number."""
    if hasattr(value, "tolist"):  # a tensor, or NumPy's number
        value = value.tolist()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def pair_of(returned: Any) -> tuple[Any, Any]:
    """Return two values, the second None unless there is a pair."""
    is_pair = isinstance(returned, tuple | list) and len(returned) == 2
    return tuple(returned) if is_pair else (returned, None)


def joint_norm(tensors: list[Tensor]) -> float:
    """Return the norm of all tensors together."""
    parts = [t.detach().flatten().double() for t in tensors]
    return float(torch.cat([torch.zeros(1), *parts]).norm())


def ones(tensor: Tensor) -> dict[tuple[int, ...], Any]:
    """Return the entries that are not 0, by their positions."""
    return {tuple(p): tensor[*p].item() for p in tensor.nonzero().tolist()}


def numbers(values: Any) -> Any:
    """Return a list, or a tensor, with its numbers as floats."""
    found = values.tolist() if hasattr(values, "tolist") else values
    if not isinstance(found, list | tuple):
        return found
    return [v if number(v) is None else number(v) for v in found]
