"""How what came is said, compared, and complained of."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from charrnn.checks.verdict import Complaint

Value = Mapping[str, Any]  # what probes.plain returns


def said(value: Value) -> str:
    """Return in words what a value is."""
    kind = value["kind"]
    if kind == "Tensor":
        data = value["data"]
        dtype = str(data.dtype).removeprefix("torch.")
        return f"a tensor of shape {tuple(data.shape)}, {dtype}"
    if "items" in value:
        items = value["items"]
        inner = "; ".join(said(item) for item in items[:5])
        more = "; …" if len(items) > 5 else ""
        return f"a {kind} of {len(items)}: {inner}{more}" if items else (
            f"an empty {kind}"
        )  # fmt: skip
    if kind == "error":
        return f"an error, {sentence(str(value['data']))}"
    if kind == "NoneType":
        return "nothing (None)"
    return repr(value["data"]) if "data" in value else f"a {kind}"


def sentence(text: str, limit: int = 200) -> str:
    """Return the first sentence of an error, which may be long."""
    text = text.split("\n")[0].split(". ")[0]
    return text if len(text) <= limit else f"{text[:limit]} …"


def tensor(value: Value | None) -> Tensor | None:
    """Return the tensor that a value is, None if it is another thing."""
    is_one = value is not None and value["kind"] == "Tensor"
    return value["data"] if is_one and value else None


def items(value: Value | None) -> list[Value] | None:
    """Return the items of a tuple or list, None if it is another thing."""
    return None if value is None else value.get("items")


def near(ours: Tensor | None, theirs: Tensor, rtol: float = 1e-3) -> bool:
    """Return whether there is a tensor that equals another one, nearly."""
    return (
        ours is not None
        and ours.shape == theirs.shape
        and torch.allclose(ours.double(), theirs.double(), rtol, 1e-5)
    )


def no_result(
    value: Value, called: str, expected: str, page: str
) -> Complaint | None:
    """Complain of an error, or of nothing; None if something came."""
    complain = partial(Complaint, called, said(value), expected, page=page)
    if value["kind"] == "NoneType":
        return complain(
            "the body is still blank, or there is no return at its end"
        )
    if value["kind"] != "error":
        return None
    return complain(explain_error(str(value["data"])))


ERRORS = {  # what a message has, and what it means
    "NotImplementedError": "the body, or something that it calls, is still "
    "blank",
    "'tuple' object has no|must be Tensor, not (tuple|list)|"
    "'(tuple|list)' and 'Tensor'|'Tensor' and '(tuple|list)'": "a tuple or a "
    "list stands where a tensor is needed: take the tensor out of it first",
    "NoneType.*'zero_'": "a gradient is None until the first backward: set "
    "it to None instead of filling it with zeros",
    "'zero_grad'": "the updater may be a plain function, and the model no "
    "nn.Module: set the grad of each parameter to None",
    "NoneType": "something that it calls is still blank, or returns nothing",
    "NameError": "a name is used before it is made: is a line above still "
    "blank?",
    "UnboundLocalError": "a name is used before it is made: is a line above "
    "still blank?",
    "outside the vocabulary": "no symbol has this index: argmax of several "
    "rows counts through all of them, so take the last row alone",
    "has no attribute 'step'": "only an optimiser has a step: an updater "
    "that is a function is called",
    "(module '.*'|'(Tensor|list|str|int|float)' object) has no": "there is "
    "nothing of this name: is it misspelt, or asked of another value than "
    "you think?",
    "AttributeError": "an attribute is missing: is the line that sets it "
    "missing, or still blank?",
    "positional argument": "the arguments are not those of the signature "
    "given",
    "does not require grad": "the numbers come without their graph: "
    "no_grad, detach, or a new tensor made of numbers does that",
}


def explain_error(message: str) -> str:
    """Return what an error of Python or PyTorch is likely to mean."""
    for pattern, meaning in ERRORS.items():
        if re.search(pattern, message):
            return meaning
    return (
        "the message says what PyTorch or Python did not like; print the "
        "shapes of the tensors in the line that fails"
    )


def all_near(ours: list[Tensor | None], theirs: list[Tensor]) -> bool:
    """Return whether there are as many tensors, and equal ones."""
    return len(ours) == len(theirs) and all(map(near, ours, theirs))


def present(tensors: list[Tensor | None]) -> list[Tensor]:
    """Return the tensors that there are, or else a zero."""
    return [t for t in tensors if t is not None] or [torch.zeros(1)]


def joint(tensors: list[Tensor]) -> float:
    """Return the length of all tensors, as of one vector."""
    return float(torch.cat([t.flatten().double() for t in tensors]).norm())


def number_of(value: Value) -> float | None:
    """Return the number that a value is, or holds alone, if it is one."""
    found = value.get("data")
    if isinstance(found, Tensor):
        real = found.numel() == 1 and not found.is_complex()
        return found.item() if real else None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number else None  # type: ignore[arg-type]
