"""The cache of trained models: named tensors on disk, with facts about them.

There is a file for each recipe, named by a hash of what decides the run.
"""

import hashlib
import json
import os
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from bookkit import files


class CachedModel(NamedTuple):
    """The content of a file: tensors, and facts about them, by name."""

    tensors: dict[str, Tensor]
    facts: dict[str, str]


def models_folder() -> Path:
    """Return the folder of the trained models.

    This is the folder named by ``CHARRNN_MODELS`` if set, otherwise
    ``_build/models`` if the package runs from a checkout, and otherwise
    ``.cache/charrnn`` in the home folder.
    """
    if named := os.environ.get("CHARRNN_MODELS"):
        return Path(named).expanduser()
    root = Path(__file__).resolve().parents[1]
    if (root / "_toc.yml").is_file():
        return root / "_build" / "models"
    return Path.home() / ".cache" / "charrnn"


def save(name: str, model: CachedModel) -> None:
    """Write a model to disk, or warn that it cannot be written."""
    file = models_folder() / name
    facts = model.facts | {"checksum": checksum(model)}
    try:
        files.keep(file, lambda draft: save_file(model.tensors, draft, facts))
    except (OSError, SafetensorError) as error:
        warnings.warn(
            f"the model can be used now, but not kept as {file}, so that it "
            f"will be trained again: {error}",
            stacklevel=2,
        )


def load(name: str, made_with: Mapping[str, str]) -> CachedModel | None:
    """Return the model in a file, or None if it must be trained here.

    It must have been made with these versions and processor. But if the
    environment variable ``CHARRNN_TRUSTED`` names a folder, a model from
    there is taken as it is.

    Warns if a file cannot be read, or if that folder has no such model.
    """
    if trusted := os.environ.get("CHARRNN_TRUSTED"):
        file = Path(trusted).expanduser() / name
        if model := read_file(file):
            return model
        if not file.exists():
            warnings.warn(
                f"there is no {file}, in the folder that CHARRNN_TRUSTED "
                "names, so that the model is made on this machine, and may "
                "differ from the others",
                stacklevel=2,
            )
    file = models_folder() / name
    model = read_file(file)
    if model is None or not made_with.items() <= model.facts.items():
        return None
    with suppress(OSError):  # a folder that is not writable
        os.utime(file)  # mark it as recently used
    return model


def read_file(file: Path) -> CachedModel | None:
    """Return the content of a file; warn and return None if it is damaged."""
    if not file.exists():
        return None
    try:
        with safe_open(file, framework="pt") as content:
            facts = content.metadata() or {}
            # Copies, as the file may be replaced while they are in use.
            tensors = {
                name: content.get_tensor(name).clone()
                for name in content.keys()  # noqa: SIM118, it is not a mapping
            }
        written = facts.pop("checksum", None)
        model = CachedModel(tensors, facts)
        if written == checksum(model):
            return model
        error: object = "its checksum is wrong"
    except (SafetensorError, OSError) as failure:
        error = failure
    warnings.warn(
        f"{file} cannot be read, so that the model is trained again: {error}",
        stacklevel=3,
    )
    return None


def checksum(model: CachedModel) -> str:
    """Return the SHA-256 of tensors and facts, as hex."""
    result = hashlib.sha256(json.dumps(model.facts, sort_keys=True).encode())
    for name, tensor in sorted(model.tensors.items()):
        result.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        result.update(tensor.numpy().tobytes())
    return result.hexdigest()
