"""The arithmetic of the processor: its kind, and its fastest precision.

PyTorch has two libraries for products in single precision. By default it
uses the first. ``set_float32_matmul_precision("medium")`` lets it use the
second, which is twice as fast on some processors and rounds to bfloat16 on
others. Only a trial can tell. A measurement may come out differently another
time, so its result is kept in a file:

python -m bookkit.processor FILE
"""

import platform
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from charrnn.history import threads

# A relative error: float32 is 100 times finer, and bfloat16 is coarser.
MAX_ERROR = 1e-5
MIN_SPEEDUP = 1.2  # so that noise does not decide


def describe_processor() -> str:
    """Return the vendor, and the instruction set that PyTorch uses.

    As far as we know, trainings on processors with the same description have
    equal results, if their products are computed with the same precision.
    """
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    found = re.search(r"(?:vendor_id|CPU implementer)\s*:\s*(\S+)", text)
    vendor = found[1] if found else platform.processor().rpartition(" ")[2]
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{vendor or platform.machine()} {capability}"


@contextmanager
def precision(name: str) -> Iterator[None]:
    """Set the precision of float32 products, then restore it.

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

    Processors are slow at denormals, and a diverging training has many.
    """
    before = (torch.tensor(1e-40) * 1).item() == 0
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def chosen_precision(file: Path) -> str:
    """Return the precision that a file names; choose it if it names none.

    It is the fastest that keeps single precision, ``"highest"`` or
    ``"medium"``. If the file comes from another processor, and ``"medium"``
    would round on this one, it is ``"highest"``.
    """
    choice = file.read_text("utf-8") if file.exists() else ""
    if choice not in ("highest", "medium"):
        choice = "medium" if is_exact() and is_faster() else "highest"
        with suppress(OSError):  # a folder that keeps no networks either
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(choice, "utf-8")
    return choice if is_exact() else "highest"


def factors() -> tuple[Tensor, Tensor]:
    """Return factors as in a time step of the chapter's network."""
    generator = torch.Generator().manual_seed(0)
    H, W = (torch.randn(n, 512, generator=generator) for n in (32, 512))
    return H, W


@cache
def is_exact() -> bool:
    """Return whether ``"medium"`` keeps single precision here."""
    H, W = factors()
    exact = H.double() @ W.double()
    with precision("medium"):
        error = (H @ W - exact).abs().max() / exact.abs().max()
    return bool(error < MAX_ERROR)


@cache
def is_faster() -> bool:
    """Return whether ``"medium"`` is clearly faster here, by the clock.

    That takes some milliseconds, on one thread.
    """
    H, W = factors()
    seconds: dict[str, list[float]] = {"highest": [], "medium": []}
    for _ in range(20):
        for name, found in seconds.items():
            with precision(name), threads(1):
                start = time.perf_counter()
                H @ W
                found.append(time.perf_counter() - start)
    gain = min(seconds["highest"]) / min(seconds["medium"])
    return gain > MIN_SPEEDUP


if __name__ == "__main__":
    chosen_precision(Path(sys.argv[1]))
