"""How what came is said, compared, and complained of."""

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
    if kind in ("tuple", "list"):
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
    text = text.split("\n")[0].split(" (")[0].split(". ")[0]
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
    if "NotImplemented" in value["data"] or "NoneType" in value["data"]:
        return complain(
            "something that it calls is still blank, or returns nothing"
        )
    if "positional argument" in value["data"]:
        return complain("the arguments are not those of the signature given")
    return complain(
        "the message says what PyTorch or Python did not like; print the "
        "shapes of the tensors in the line that fails"
    )
