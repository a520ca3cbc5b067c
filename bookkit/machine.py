"""The processor, as far as it can change the last digits of a result.

This module does without PyTorch, which takes a second to load.
"""

import os
import platform
import re
from functools import cache
from pathlib import Path

VECTORS = re.compile(r"avx|fma|f16c|amx|asimd|sve|neon|bf16|i8mm")


@cache
def find_fact(name: str) -> str:
    """Return what Linux says of the processor, empty if it says nothing.

    ``name`` is the pattern of a line in ``/proc/cpuinfo``.
    """
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    found = re.search(rf"^(?:{name})\s*:\s*(.*)", text, re.M)
    return found[1].strip() if found else ""


def model_name() -> str:
    """Return what the processor is called."""
    return find_fact("model name") or platform.processor()


def describe_processor() -> str:
    """Return the vendor, and the vector instructions that may be used.

    As far as we know, runs on processors with the same description have equal
    results.
    """
    vendor = find_fact("vendor_id|CPU implementer") or platform.machine()
    flags = find_fact("flags|Features").split()
    limit = os.environ.get("ATEN_CPU_CAPABILITY", "")  # of PyTorch
    return " ".join([vendor, *sorted(filter(VECTORS.match, flags)), limit])
