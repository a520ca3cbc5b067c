"""The networks of the chapter: each is trained once, and then kept on disk.

A file is named after the recipe and a checksum of all that decides the run:
the recipe, the text, and the code. The version of PyTorch and the processor
stand inside it, because hundreds of epochs can amplify a difference in
rounding: with a different one the network is trained again.
"""

import json
import os
import warnings
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from bookkit import files
from bookkit.fingerprint import CODE
from bookkit.machine import describe_processor
from bookkit.recipes import Recipe, Snapshots, Trained, load_text, train
from charrnn.corpus import Vocab
from charrnn.history import History
from charrnn.model import PARAMS, RNNModelScratch, init_rnn_state, rnn

ROOT = Path(__file__).resolve().parents[1]
UNREADABLE = AttributeError, LookupError, OSError, SafetensorError, ValueError
LAST = 0  # stands for the epoch at the end of a run, in the names of tensors
# Only the branch for Binder and Colab has this folder. Its networks are taken
# as they are, so that no reader waits for a training.
BROUGHT = ROOT / "models"


def load_or_train(recipe: Recipe) -> Trained:
    """Return the network of ``recipe``, trained now only if it must be.

    Warns if a file cannot be read or written. Raises as ``recipes.train``.
    """
    trained, _ = load_or_train_with_snapshots(recipe)
    return trained


def load_snapshots(recipe: Recipe) -> dict[int, RNNModelScratch]:
    """Return the network as it was during its training, by the epoch.

    The epochs are the ``recipe.snapshots`` that the run reached. What is not
    on disk is trained now, as by ``load_or_train``.
    """
    _, snapshots = load_or_train_with_snapshots(recipe)
    return {epoch: with_params(kept) for epoch, kept in snapshots.items()}


def load_or_train_with_snapshots(recipe: Recipe) -> tuple[Trained, Snapshots]:
    """Return a network, and its parameters during the run."""
    found = load(recipe)
    if found is None:
        found = train(recipe)
        save(recipe, *found)
    return found


def file_of(recipe: Recipe) -> Path:
    """Return the file of a network that is trained here.

    Its folder is the one that ``CHARRNN_MODELS`` names if set, otherwise
    ``_build/models`` if the package runs from a checkout, and otherwise
    ``.cache/charrnn`` in the home folder.
    """
    is_checkout = (ROOT / "_toc.yml").is_file()
    usual = ROOT / "_build" / "models" if is_checkout else "~/.cache/charrnn"
    folder = Path(os.environ.get("CHARRNN_MODELS") or usual).expanduser()
    facts = json.dumps(asdict(recipe))
    digest = files.checksum(facts, load_text(recipe), CODE)
    return folder / f"{recipe.name}-{digest}.safetensors"


def describe_machine() -> dict[str, str]:
    """Return the version and the processor that a network is made with."""
    version = str(torch.__version__)
    return {"torch": version, "processor": describe_processor()}


def load(recipe: Recipe) -> tuple[Trained, Snapshots] | None:
    """Return a network from disk, or None if it must be trained here."""
    file = file_of(recipe)
    brought = read(recipe, BROUGHT / file.name, made_with={})
    return brought or read(recipe, file, describe_machine())


def read(
    recipe: Recipe, file: Path, made_with: dict[str, str]
) -> tuple[Trained, Snapshots] | None:
    """Return the network in a file, and its parameters during the run.

    None is returned if there is no such file, if its facts are not those of
    ``made_with``, or, with a warning, if it is cut or no network.
    """
    if not file.exists():
        return None
    try:
        with safe_open(file, framework="pt") as content:
            facts = content.metadata()
            if not made_with.items() <= facts.items():
                return None
            history = History(**json.loads(facts["history"]))
            reached = [e for e in recipe.snapshots if e <= len(history)]
            # Copies, as the file may be replaced while they are in use.
            params = {
                epoch: [
                    content.get_tensor(f"{name} {epoch}").clone()
                    for name in PARAMS
                ]
                for epoch in (LAST, *reached)
            }
    except UNREADABLE as error:
        warnings.warn(
            f"{file} cannot be read, so that the network is trained again: "
            f"{error}",
            stacklevel=2,
        )
        return None
    with suppress(OSError):  # a folder that is not writable
        os.utime(file)  # mark it as recently used
    model, vocab = with_params(params.pop(LAST)), Vocab(load_text(recipe))
    return Trained(model, history, vocab), params


def save(recipe: Recipe, trained: Trained, snapshots: Snapshots) -> None:
    """Write a network to disk, or warn that it cannot be written."""
    file, last = file_of(recipe), [p.detach() for p in trained.model.params]
    tensors = {
        f"{name} {epoch}": param
        for epoch, params in (snapshots | {LAST: last}).items()
        for name, param in zip(PARAMS, params, strict=True)
    }
    history = json.dumps(asdict(trained.history))
    facts = describe_machine() | {"history": history}
    try:
        files.keep(file, lambda draft: save_file(tensors, draft, facts))
    except (OSError, SafetensorError) as error:
        warnings.warn(
            f"the network can be used now, but not kept as {file}, so that "
            f"it will be trained again: {error}",
            stacklevel=2,
        )


def with_params(params: list[Tensor]) -> RNNModelScratch:
    """Return the model that has these parameters."""
    vocab_size, num_hiddens = params[0].shape  # of W_xh
    own = [param.requires_grad_() for param in params]
    return RNNModelScratch(
        vocab_size, num_hiddens, lambda *_: own, init_rnn_state, rnn
    )
