"""How the processor computes: what tells it apart, and its fastest way.

PyTorch has two libraries for products in single precision. By default it
takes the first. With ``"medium"``, ``set_float32_matmul_precision`` lets it
take the second, which is twice as fast on some processors, and rounds to
bfloat16 on others. Only a measurement tells.
"""

import platform
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch

EXACT = 1e-5  # relative; single precision is 100 times finer, bfloat16 coarser
WORTH = 1.2  # times as fast, so that noise does not decide


def describe_processor() -> str:
    """Return the vendor and the instruction set that PyTorch makes use of.

    Where both are equal, so are the results of a training, as far as we
    know, if its products are computed in one way.
    """
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    found = re.search(r"(?:vendor_id|CPU implementer)\s*:\s*(\S+)", text)
    vendor = found[1] if found else platform.processor().rpartition(" ")[2]
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{vendor or platform.machine()} {capability}"


@contextmanager
def precision(name: str) -> Iterator[None]:
    """Let PyTorch compute products of float32 in one way, then as before.

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
    """Take numbers too small for full precision as zero, for a while.

    Processors are slow at them, and a training that diverges has many.
    """
    before = (torch.tensor(1e-40) * 1).item() == 0
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


@cache
def fastest_precision() -> str:
    """Return the fastest setting that computes in true single precision.

    It is ``"highest"`` or ``"medium"``, and takes some milliseconds to find
    out, for the product of a time step of the chapter's network, at the
    number of threads that PyTorch uses.
    """
    generator = torch.Generator().manual_seed(0)
    H, W = (torch.randn(n, 512, generator=generator) for n in (32, 512))
    exact = H.double() @ W.double()
    seconds: dict[str, list[float]] = {"highest": [], "medium": []}
    for _ in range(20):
        for name, found in seconds.items():
            with precision(name):
                start = time.perf_counter()
                product = H @ W
                found.append(time.perf_counter() - start)
    error = (product - exact).abs().max() / exact.abs().max()  # of the last
    gain = min(seconds["highest"]) / min(seconds["medium"])
    return "medium" if error < EXACT and gain > WORTH else "highest"
