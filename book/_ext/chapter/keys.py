"""Keys: checksums that tell whether what was made before is still good.

Run as a script, this prints the key of the outputs, by which a copy of the
cache can be called elsewhere.
"""

import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata, resources
from pathlib import Path

PACKAGES = [
    "torch", "numpy", "matplotlib", "matplotlib-inline", "ipykernel",
    "ipython", "wasmtime",
]  # fmt: skip
VENDOR = re.compile(r"(?:vendor_id|CPU implementer)\s*:\s*(\S+)")
FLAGS = re.compile(r"^(?:flags|Features)\s*:(.*)", re.M)
VECTORS = re.compile(r"avx|fma|f16c|amx|asimd|sve|neon|bf16|i8mm")
INPUTS = [
    "charrnn/[!.]*.py",
    "bookkit/**/[!.]*.py",
    "bookkit/**/[!.]*.ttf",
    "widgets/[!.]*.py",
    "widgets/src/**/[!.]*.*",
    "coursework/**/[!.]*.py",
    "book/[!.]*.py",
    "studies/[!.]*.json",
]
EXTENSION = Path(__file__).parent
KERNELS = EXTENSION / "execution" / "kernels.py"


def checksum(*facts: str | bytes) -> str:
    """Return a checksum of text and data, 16 hexadecimal digits."""
    result = hashlib.sha256()
    for fact in facts:
        data = fact.encode() if isinstance(fact, str) else fact
        result.update(hashlib.sha256(data).digest())
    return result.hexdigest()[:16]


def contents(root: Path, files: Iterable[Path]) -> list[str | bytes]:
    """Return the names, seen from ``root``, and the contents of files."""
    facts: list[str | bytes] = []
    for file in sorted(files):
        facts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return facts


def inputs(root: Path) -> list[Path]:
    """Return the files that outputs depend on beside the pages."""
    return sorted(file for place in INPUTS for file in root.glob(place))


@cache
def trusted_models() -> list[Path]:
    """Return the files of models that the reader trusts as a build begins."""
    folder = os.environ.get("CHARRNN_TRUSTED")
    return sorted(Path(folder).glob("*.safetensors")) if folder else []


def processor(cpuinfo: str) -> str:
    """Return what of a processor decides the last digits of a result.

    That is its vendor and its vector instructions, given what Linux says of
    it. PyTorch could tell the same, but takes a second to be imported.
    """
    found = VENDOR.search(cpuinfo)
    vendor = found[1] if found else platform.processor() or platform.machine()
    line = FLAGS.search(cpuinfo)
    flags = sorted(filter(VECTORS.match, line[1].split())) if line else []
    capability = os.environ.get("ATEN_CPU_CAPABILITY", "")
    return " ".join([vendor, *flags, capability])


def of_outputs(root: Path) -> str:
    """Return the key of all that outputs depend on beside the cells."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    novel = resources.files("word_text_counter") / "data/time_machine.txt"
    models = [fact for m in trusted_models() for fact in (m.name, bytes_of(m))]
    return checksum(
        sys.version, *versions, processor(text), KERNELS.read_bytes(),
        novel.read_bytes(), *contents(root, inputs(root)), *models,
    )  # fmt: skip


def bytes_of(file: Path) -> bytes:
    """Return the content of a file, empty if it has gone meanwhile."""
    return file.read_bytes() if file.exists() else b""


def of_extension() -> str:
    """Return the key of this extension, which decides how pages are read."""
    return of_folder(EXTENSION)


def of_folder(folder: Path) -> str:
    """Return the key of the files in a folder, what Python compiles aside."""
    found = (f for f in folder.rglob("[!.]*.*") if f.is_file())
    files = (file for file in found if file.suffix != ".pyc")
    return checksum(*contents(folder, files))


if __name__ == "__main__":
    print(of_outputs(EXTENSION.parents[2]))
