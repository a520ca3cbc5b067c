"""The store: named tensors on disk, with the facts that they depend on.

A file is named by its **origin**, which is all that decides what is in it:
whatever has another origin is another file. It holds a checksum, and is
written whole or not at all.
"""

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock
from platformdirs import user_cache_path
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

KEPT = 4  # how many files a name may have, one for each state of the code
ANYWHERE = ("recipe", "code", "text")  # facts that no machine decides


class Stored(NamedTuple):
    """Hold what a file holds: tensors, and facts about them, by name."""

    tensors: dict[str, Tensor]
    facts: dict[str, str]


def models_folder() -> Path:
    """Return where trained models are kept.

    It is the folder that ``CHARRNN_MODELS`` names; without that,
    ``_build/models`` of the checkout that the package runs from; without
    that, a cache of the user.
    """
    if named := os.environ.get("CHARRNN_MODELS"):
        return Path(named).expanduser()
    root = Path(__file__).resolve().parents[1]
    if (root / "_toc.yml").is_file():
        return root / "_build" / "models"
    return user_cache_path("charrnn", appauthor=False)


def file_of(name: str, origin: Mapping[str, str]) -> Path:
    """Return the file for what has this name and this origin."""
    return models_folder() / f"{name}-{checksum({}, origin)[:16]}.safetensors"


def lock(file: Path) -> FileLock:
    """Return the lock of a file, which any thread may release."""
    with suppress(OSError):  # acquiring the lock says what is wrong
        file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_suffix(".lock"), thread_local=False)


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the lock of a file, if the folder lets one be made."""
    claimed = lock(file)
    with suppress(OSError):
        claimed.acquire()
    try:
        yield
    finally:
        claimed.release()


def checksum(tensors: Mapping[str, Tensor], facts: Mapping[str, str]) -> str:
    """Return the SHA-256 of tensors and of facts about them, as hex."""
    result = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        result.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        result.update(tensor.numpy().tobytes())
    return result.hexdigest()


def remember(
    name: str, facts: Mapping[str, str], choose: Callable[[], str]
) -> str:
    """Return what was chosen the first time, or choose now.

    The choice is kept beside the models, in a file named by ``name`` and
    ``facts``.
    """
    file = models_folder() / f"{name}-{checksum({}, facts)[:16]}.txt"
    with suppress(OSError):
        return file.read_text("utf-8")
    chosen = choose()
    draft = file.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(chosen, "utf-8")
        os.replace(draft, file)
    return chosen


def keep(
    name: str,
    origin: Mapping[str, str],
    tensors: Mapping[str, Tensor],
    facts: Mapping[str, str],
) -> None:
    """Write tensors and facts to disk, or warn that it cannot be done.

    Of the files with this name, only the most recently used stay.
    """
    file = file_of(name, origin)
    try:
        write(file, tensors, {**origin, **facts})
    except (OSError, SafetensorError) as error:
        warnings.warn(
            f"the model of {name} can be used now, but not kept in "
            f"{file.parent}, so that it will be trained again: {error}",
            stacklevel=2,
        )
    else:
        remove_old(name)


def write(
    file: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, str]
) -> None:
    """Write a file with its checksum, whole or not at all."""
    marked = {**facts, "checksum": checksum(tensors, facts)}
    draft = file.with_suffix(".part")
    try:
        save_file(dict(tensors), draft, marked)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def remove_old(name: str) -> None:
    """Keep only the files of a name that were used most recently."""
    files = models_folder().glob(f"{name}-*.safetensors")
    by_age = sorted(files, key=lambda file: file.stat().st_mtime)
    for file in by_age[:-KEPT]:
        with suppress(OSError):  # another process has it open or removed it
            file.unlink()


def find(name: str, origin: Mapping[str, str]) -> Stored | None:
    """Return what is on disk for a name and an origin, or None.

    If the environment variable ``CHARRNN_TRUSTED`` names a folder, that one
    comes first. Models of two machines are not mixed without a warning.
    Raises as ``find_trusted`` does.
    """
    if named := os.environ.get("CHARRNN_TRUSTED"):
        folder = Path(named).expanduser()
        if trusted := find_trusted(name, origin, folder):
            return trusted
        if folder.resolve() != models_folder().resolve():
            warnings.warn(
                f"{folder}, which CHARRNN_TRUSTED names, has no model of "
                f"this recipe of {name}, made by this code from this text: "
                "it is trained on this machine, and the others may not be",
                stacklevel=2,
            )
    return load(file_of(name, origin), origin)


def find_trusted(
    name: str, origin: Mapping[str, str], folder: Path
) -> Stored | None:
    """Return what is in a folder that the reader trusts, or None.

    It must have been made by the same recipe, code and text, but on any
    machine. One that was made as it would be here comes first.

    Raises ValueError if a model of that name is damaged, OSError if it may
    not be read.
    """
    own = file_of(name, origin).name
    files = sorted(folder.glob(f"{name}-*.safetensors"))
    for file in sorted(files, key=lambda file: file.name != own):
        try:
            stored = read(file)
        except (SafetensorError, TypeError, ValueError) as error:
            raise ValueError(
                f"{file} is not to be trusted: {error}; copy it again, or "
                "unset CHARRNN_TRUSTED to train it here"
            ) from None
        if all(stored.facts.get(key) == origin[key] for key in ANYWHERE):
            return stored
    return None


def load(file: Path, origin: Mapping[str, str]) -> Stored | None:
    """Return what a file holds, or None if there is none.

    A file that is damaged, or of another origin, is discarded with a
    warning.
    """
    if not file.exists():
        return None
    try:
        stored = read(file)
        if not origin.items() <= stored.facts.items():
            raise ValueError("it was made in another way")
    except (SafetensorError, TypeError, ValueError) as error:
        with suppress(OSError):  # a folder that cannot be written to
            file.unlink()
        warnings.warn(
            f"{file} is discarded, so that the model is trained again: "
            f"{error}",
            stacklevel=2,
        )
        return None
    with suppress(OSError):
        os.utime(file)  # it is in use: see remove_old
    return stored


def read(file: Path) -> Stored:
    """Return what a file holds.

    Raises SafetensorError if it is no such file, ValueError if it has not
    the checksum it was written with.
    """
    with safe_open(file, framework="pt") as stored:
        facts = stored.metadata() or {}
        # Copies, as the file may be replaced while they are in use.
        tensors = {
            name: stored.get_tensor(name).clone()
            for name in stored.keys()  # noqa: SIM118, it is no mapping
        }
    written = facts.pop("checksum", None)
    if written != checksum(tensors, facts):
        raise ValueError("it is damaged, as its checksum shows")
    return Stored(tensors, facts)
