"""The cache of trained models: named tensors on disk, with facts about them.

A file is named by its **origin**, the facts that decide its content, so a
model of another origin is another file. It contains a checksum, and is
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

MAX_FILES = 4  # of a name, one for each of the latest origins
PORTABLE = ("recipe", "code", "text")  # facts that do not depend on a machine


class CachedModel(NamedTuple):
    """The content of a file: tensors, and facts about them, by name."""

    tensors: dict[str, Tensor]
    facts: dict[str, str]


def models_folder() -> Path:
    """Return the folder of the trained models.

    This is the folder named by ``CHARRNN_MODELS`` if set, otherwise
    ``_build/models`` if the package runs from a checkout, and otherwise a
    cache folder of the user.
    """
    if named := os.environ.get("CHARRNN_MODELS"):
        return Path(named).expanduser()
    root = Path(__file__).resolve().parents[1]
    if (root / "_toc.yml").is_file():
        return root / "_build" / "models"
    return user_cache_path("charrnn", appauthor=False)


def file_for(name: str, origin: Mapping[str, str]) -> Path:
    """Return the file of the model with this name and origin."""
    return models_folder() / f"{name}-{checksum({}, origin)[:16]}.safetensors"


def checksum(tensors: Mapping[str, Tensor], facts: Mapping[str, str]) -> str:
    """Return the SHA-256 of tensors and of facts about them, as hex."""
    result = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        result.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        result.update(tensor.numpy().tobytes())
    return result.hexdigest()


def lock_for(name: str, origin: Mapping[str, str]) -> FileLock:
    """Return the lock of a model's file, which any thread may release."""
    file = file_for(name, origin)
    with suppress(OSError):  # acquiring the lock reports what is wrong
        file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_suffix(".lock"), thread_local=False)


@contextmanager
def locked(name: str, origin: Mapping[str, str]) -> Iterator[None]:
    """Hold the lock of a model's file, if the folder is writable."""
    lock = lock_for(name, origin)
    with suppress(OSError):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def cached_choice(
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


def save(name: str, origin: Mapping[str, str], model: CachedModel) -> None:
    """Write a model to disk, or warn that it cannot be written.

    Of the files with this name, only the most recently used stay.
    """
    file = file_for(name, origin)
    try:
        write_file(file, model.tensors, {**origin, **model.facts})
    except (OSError, SafetensorError) as error:
        warnings.warn(
            f"the model of {name} can be used now, but not kept in "
            f"{file.parent}, so that it will be trained again: {error}",
            stacklevel=2,
        )
    else:
        remove_old_files(name)


def write_file(
    file: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, str]
) -> None:
    """Write a file with its checksum, whole or not at all."""
    facts = {**facts, "checksum": checksum(tensors, facts)}
    draft = file.with_suffix(".part")
    try:
        save_file(dict(tensors), draft, facts)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def remove_old_files(name: str) -> None:
    """Keep only the most recently used files of a name."""
    files = models_folder().glob(f"{name}-*.safetensors")
    by_age = sorted(files, key=lambda file: file.stat().st_mtime)
    for file in by_age[:-MAX_FILES]:
        with suppress(OSError):  # another process has it open or removed it
            file.unlink()


def load(name: str, origin: Mapping[str, str]) -> CachedModel | None:
    """Return the model with a name and an origin, or None if there is none.

    If the environment variable ``CHARRNN_TRUSTED`` names a folder, that
    folder is searched first. Warns if models of two machines get mixed.
    Raises as ``load_trusted`` does.
    """
    if named := os.environ.get("CHARRNN_TRUSTED"):
        folder = Path(named).expanduser()
        if trusted := load_trusted(name, origin, folder):
            return trusted
        if folder.resolve() != models_folder().resolve():
            warnings.warn(
                f"{folder}, which CHARRNN_TRUSTED names, has no model of "
                f"this recipe of {name}, made by this code from this text: "
                "it is trained on this machine, and the others may not be",
                stacklevel=2,
            )
    return load_own(name, origin)


def load_trusted(
    name: str, origin: Mapping[str, str], folder: Path
) -> CachedModel | None:
    """Return a model from a folder that the reader trusts, or None.

    It must have been made by the same recipe, code and text, but on any
    machine. One that was made as it would be here is preferred.

    Raises ValueError if a model of that name is damaged, OSError if it
    cannot be read.
    """
    own = file_for(name, origin).name
    files = sorted(folder.glob(f"{name}-*.safetensors"))
    for file in sorted(files, key=lambda file: file.name != own):
        try:
            model = read_file(file)
        except (SafetensorError, TypeError, ValueError) as error:
            raise ValueError(
                f"{file} is not to be trusted: {error}; copy it again, or "
                "unset CHARRNN_TRUSTED to train it here"
            ) from None
        if all(model.facts.get(key) == origin[key] for key in PORTABLE):
            return model
    return None


def load_own(name: str, origin: Mapping[str, str]) -> CachedModel | None:
    """Return a model from the folder of models, or None if there is none.

    A file that is damaged, or of another origin, is removed with a warning.
    """
    file = file_for(name, origin)
    if not file.exists():
        return None
    try:
        model = read_file(file)
        if not origin.items() <= model.facts.items():
            raise ValueError("it was made in another way")
    except (SafetensorError, TypeError, ValueError) as error:
        with suppress(OSError):  # a folder that is not writable
            file.unlink()
        warnings.warn(
            f"{file} is discarded, so that the model is trained again: "
            f"{error}",
            stacklevel=2,
        )
        return None
    with suppress(OSError):
        os.utime(file)  # mark it as recently used, for remove_old_files
    return model


def read_file(file: Path) -> CachedModel:
    """Return the content of a file.

    Raises SafetensorError if it has another format, ValueError if its
    checksum is wrong.
    """
    with safe_open(file, framework="pt") as content:
        facts = content.metadata() or {}
        # Copies, because the file may be replaced while they are in use.
        tensors = {
            name: content.get_tensor(name).clone()
            for name in content.keys()  # noqa: SIM118, it is not a mapping
        }
    written = facts.pop("checksum", None)
    if written != checksum(tensors, facts):
        raise ValueError("it is damaged, as its checksum shows")
    return CachedModel(tensors, facts)
