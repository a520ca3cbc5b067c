"""Keys: checksums that tell whether an earlier result is still valid.

Run as a script, this prints the key of the outputs, which names a copy of
the cache in CI.
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


def checksum(*parts: str | bytes) -> str:
    """Return the checksum of text and data as 16 hexadecimal digits."""
    result = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        result.update(hashlib.sha256(data).digest())
    return result.hexdigest()[:16]


def names_and_contents(root: Path, files: Iterable[Path]) -> list[str | bytes]:
    """Return the names of files relative to ``root``, and their contents."""
    parts: list[str | bytes] = []
    for file in sorted(files):
        parts += [file.relative_to(root).as_posix(), file.read_bytes()]
    return parts


@cache
def trusted_models() -> list[Path]:
    """Return the model files that the reader trusts as a build begins."""
    folder = os.environ.get("CHARRNN_TRUSTED")
    return sorted(Path(folder).glob("*.safetensors")) if folder else []


def processor(cpuinfo: str) -> str:
    """Return the properties of a processor that affect the last digits.

    These are its vendor and its vector instructions, taken from Linux's
    ``cpuinfo``. PyTorch knows them too, but takes a second to import.
    """
    found = VENDOR.search(cpuinfo)
    vendor = found[1] if found else platform.processor() or platform.machine()
    line = FLAGS.search(cpuinfo)
    flags = sorted(filter(VECTORS.match, line[1].split())) if line else []
    capability = os.environ.get("ATEN_CPU_CAPABILITY", "")
    return " ".join([vendor, *flags, capability])


def outputs_key(root: Path) -> str:
    """Return the key of everything that outputs depend on but the cells."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    novel = resources.files("word_text_counter") / "data/time_machine.txt"
    files = (file for glob in INPUTS for file in root.glob(glob))
    models = [
        part
        for model in trusted_models()
        for part in (model.name, model.read_bytes())
    ]
    return checksum(
        sys.version, *versions, processor(text), KERNELS.read_bytes(),
        novel.read_bytes(), *names_and_contents(root, files), *models,
    )  # fmt: skip


def folder_key(folder: Path) -> str:
    """Return the key of the files in a folder, without compiled Python."""
    found = (f for f in folder.rglob("[!.]*.*") if f.is_file())
    files = (file for file in found if file.suffix != ".pyc")
    return checksum(*names_and_contents(folder, files))


def navigation_key(root: Path) -> str:
    """Return the key of what each page shows of the others.

    That is their order, and their titles.
    """
    facts = [root.joinpath("_toc.yml").read_bytes()]
    for page in sorted([*root.glob("*.md"), *root.glob("book/*.md")]):
        facts += re.findall(rb"^# .*", page.read_bytes(), re.M)[:1]
    return checksum(*facts)


if __name__ == "__main__":
    print(outputs_key(EXTENSION.parents[2]))
