"""The arithmetic of the processor: its fastest precision that is exact.

PyTorch has two libraries for multiplying matrices in single precision. By
default it uses the first. ``set_float32_matmul_precision("medium")`` lets it
use the second, which is up to twice as fast, but rounds to bfloat16 on some
processors. Only a trial can tell.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

# A relative error: float32 is 100 times finer, and bfloat16 is coarser.
MAX_ERROR = 1e-5


@contextmanager
def precision(name: str) -> Iterator[None]:
    """Set the precision of float32 multiplication, then restore it.

    ``name`` is ``"highest"``, ``"high"`` or ``"medium"``.
    """
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(name)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@contextmanager
def flushed_denormals() -> Iterator[None]:
    """Flush denormal numbers to zero, then restore the setting.

    Processors are slow at denormals, and a diverging run has many.
    """
    before = (torch.tensor(1e-40) * 1).item() == 0
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


@cache
def choose_precision() -> str:
    """Return ``"medium"`` if it keeps single precision here, or ``"highest"``.

    The factors are like those in a time step of the chapter's network.
    """
    generator = torch.Generator().manual_seed(0)
    H, W = (torch.randn(n, 512, generator=generator) for n in (32, 512))
    exact = H.double() @ W.double()
    with precision("medium"):
        error = (H @ W - exact).abs().max() / exact.abs().max()
    return "medium" if error < MAX_ERROR else "highest"
