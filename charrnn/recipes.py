"""Recipes: trainings with a name, done once, kept on disk, found again.

    python -m charrnn.recipes

trains what is not on disk yet, side by side.
"""

import argparse
import hashlib
import json
import math
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

import torch
from filelock import FileLock, Timeout
from platformdirs import user_cache_path
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.optim.lr_scheduler import CosineAnnealingLR

from charrnn.arithmetic import (
    describe_processor,
    fastest_precision,
    flushed_denormals,
    precision,
)
from charrnn.corpus import (
    Minibatches,
    Vocab,
    clean,
    load_data_time_machine,
    read_text,
    rows,
)
from charrnn.model import RNNModelScratch, get_params, init_rnn_state, rnn
from charrnn.training import (
    DivergenceError,
    History,
    Updater,
    choose_updater,
    evaluate,
    threads,
    train_rnn,
)

# What decides the result of a training, as it was when it was imported,
# should a source be edited later.
CODE = hashlib.sha256(
    b"".join(
        Path(__file__).with_name(f"{name}.py").read_bytes()
        for name in (
            "arithmetic",
            "corpus",
            "model",
            "bptt",
            "training",
            "recipes",
        )
    )
).hexdigest()
PARAMS = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
MEASURED = 10  # epochs from one measurement of held-out text to the next
HOPELESS = 20  # epochs worse than guessing, after which a training is over
KEPT = 4  # how many files a recipe may have, one for each state of the code


@dataclass(frozen=True)
class Recipe:
    """Describe a training completely.

    ``path`` names the text, which is the novel by default, and
    ``max_tokens`` its part; see ``load_data_time_machine``. ``updater`` is
    ``"sgd"`` or ``"adam"``, whose learning rate falls from ``lr`` to zero
    along half a cosine if ``cosine`` is set. The seed decides the initial
    parameters and the minibatches. The perplexity of the ``held_out``
    characters that follow is measured after every ``MEASURED`` epochs.
    A training that ``may_diverge`` ends where its gradient is not finite, or
    after ``HOPELESS`` epochs in a row that were worse than guessing.

    Raises ValueError if ``name`` is no identifier, ``updater`` unknown,
    ``cosine`` set without Adam, or nothing left to hold out.
    """

    name: str
    use_random_iter: bool = False
    path: str | None = None
    max_tokens: int = 10000
    batch_size: int = 32
    num_steps: int = 35
    num_hiddens: int = 512
    updater: str = "sgd"
    lr: float = 1.0
    theta: float = 1.0
    num_epochs: int = 500
    seed: int = 0
    cosine: bool = False
    held_out: int = 0
    may_diverge: bool = False

    def __post_init__(self) -> None:
        """Check the name and the updater."""
        if not self.name.isidentifier():
            raise ValueError(
                "a recipe's name becomes part of a file's: it must be a "
                f"Python identifier, not {self.name!r}"
            )
        if self.updater not in ("sgd", "adam"):
            raise ValueError(
                f"the updater must be 'sgd' or 'adam', not {self.updater!r}"
            )
        if self.cosine and self.updater != "adam":
            raise ValueError("cosine needs the updater 'adam'")
        if self.held_out and self.max_tokens == -1:
            raise ValueError(
                "nothing is left to hold out if max_tokens is -1, the whole "
                "text: give max_tokens, or leave held_out at 0"
            )


class Trained(NamedTuple):
    """Hold a trained model, the history of its training, its vocabulary."""

    model: RNNModelScratch
    history: History
    vocab: Vocab


SEQUENTIAL = Recipe("sequential", held_out=10000)
RANDOM = Recipe("random", use_random_iter=True, held_out=10000)
# The same with other thresholds: ten, none, none, and a tenth.
LOOSE = Recipe("loose", theta=10.0, may_diverge=True)
UNCLIPPED = Recipe("unclipped", theta=math.inf, may_diverge=True)
UNCLIPPED_RANDOM = replace(
    UNCLIPPED, name="unclipped_random", use_random_iter=True
)
TIGHT = Recipe("tight", theta=0.1)
# Nine tenths of the whole novel; the last tenth is for tests.
NOVEL = Recipe(
    "novel",
    use_random_iter=True,
    max_tokens=156_412,
    num_hiddens=256,
    updater="adam",
    lr=5e-3,
    cosine=True,
    num_epochs=24,
)
RECIPES = {
    recipe.name: recipe
    for recipe in (
        SEQUENTIAL,
        RANDOM,
        UNCLIPPED_RANDOM,
        TIGHT,
        LOOSE,
        UNCLIPPED,
        NOVEL,
    )
}


def load_or_train(recipe: Recipe) -> Trained:
    """Return the model of ``recipe``, trained now only if it must be.

    It comes from disk if the same recipe, code, text, versions of Python
    and PyTorch, and kind of processor made it. A process that wants a model
    which another one is training waits for it. If the environment variable
    ``CHARRNN_TRUSTED`` names a folder, the model comes from there, whatever
    version and processor made it.

    Warns if the model cannot be kept, or if that folder lacks it. Raises as
    ``train`` and ``find_trusted`` do.
    """
    with held(recipe):
        return obtain(recipe)


@contextmanager
def held(recipe: Recipe) -> Iterator[None]:
    """Hold the lock of a model, if the folder lets one be made."""
    claimed = None
    with suppress(OSError):
        claimed = lock(recipe)
        claimed.acquire()
    try:
        yield
    finally:
        if claimed is not None:
            claimed.release()


def obtain(recipe: Recipe) -> Trained:
    """Load or train a model whose lock is held."""
    origin = describe_origin(recipe)
    trained = find(recipe, origin)
    if trained is None:
        trained = train(recipe)
        keep(trained, recipe, origin)
    return trained


def chosen_precision() -> str:
    """Return how products are computed, as it was measured the first time.

    The choice is kept beside the models, so that all of them are trained in
    one way, although no two measurements are the same.
    """
    facts = {
        "torch": str(torch.__version__),
        "processor": describe_processor(),
    }
    file = models_folder() / f"precision-{checksum({}, facts)[:16]}.txt"
    with suppress(OSError):
        return file.read_text("utf-8")
    with threads(1):
        chosen = fastest_precision()
    draft = file.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(chosen, "utf-8")
        os.replace(draft, file)
    return chosen


def keep(trained: Trained, recipe: Recipe, origin: Mapping[str, str]) -> None:
    """Write a trained model to disk, or warn that it cannot be."""
    file = model_file(recipe, origin)
    try:
        save(trained, file, origin)
    except (OSError, SafetensorError) as error:
        warnings.warn(
            f"the model of {recipe.name} can be used now, but not kept in "
            f"{file.parent}, so that it will be trained again: {error}",
            stacklevel=2,
        )
    else:
        remove_old(recipe)


def train(recipe: Recipe) -> Trained:
    """Train the model of ``recipe``, on one thread, with a progress bar.

    Gradients are computed by hand, and products in the fastest way that is
    one of true single precision.

    Raises KeyboardInterrupt if the reader ends the training early,
    DivergenceError if it diverges and may not, and as
    ``load_data_time_machine`` and ``train_rnn`` do.
    """
    train_iter, vocab = load_data(recipe)
    model = initial_model(recipe, vocab)
    updater = make_updater(recipe, model)
    try:
        with precision(chosen_precision()), flushed_denormals():
            history = train_rnn(
                model,
                train_iter,
                vocab,
                recipe.lr,
                recipe.num_epochs,
                recipe.use_random_iter,
                theta=recipe.theta,
                updater=updater,
                report=False,
                after_epoch=follow_up(recipe, model, updater, vocab),
                backward="bptt",
            )
    except DivergenceError as error:
        if not recipe.may_diverge:
            raise
        return Trained(model, error.history, vocab)
    done = len(history) == recipe.num_epochs
    if not done and not is_hopeless(recipe, history, vocab):
        raise KeyboardInterrupt(f"the training of {recipe.name} is not done")
    return Trained(model, history, vocab)


def is_hopeless(recipe: Recipe, history: History, vocab: Vocab) -> bool:
    """Return whether a training that may diverge has surely done so.

    A model that knows nothing has the perplexity ``len(vocab)``.
    """
    latest = history.perplexity[-HOPELESS:]
    long_enough = len(latest) == HOPELESS
    return recipe.may_diverge and long_enough and min(latest) > len(vocab)


def follow_up(
    recipe: Recipe, model: RNNModelScratch, updater: Updater, vocab: Vocab
) -> Callable[[History], bool]:
    """Return what is done after each epoch, and says whether to end there.

    The learning rate takes a step down its schedule, and the perplexity of
    held-out text is measured when it is due.
    """
    schedule = None
    if recipe.cosine:
        schedule = CosineAnnealingLR(updater, recipe.num_epochs)
    X, Y = load_held_out(recipe, vocab) if recipe.held_out else (None, None)

    def after_epoch(history: History) -> bool:
        if schedule is not None:
            schedule.step()
        epoch = len(history)
        if recipe.held_out and epoch % MEASURED == 0:
            history.held_out.append((epoch, evaluate(model, X, Y)))
        return is_hopeless(recipe, history, vocab)

    return after_epoch


def load_held_out(recipe: Recipe, vocab: Vocab) -> tuple[Tensor, Tensor]:
    """Return the text that follows that of the training, as ``rows`` does.

    There are as many rows as in a minibatch.
    """
    text = clean(read_text(recipe.path))[recipe.max_tokens :]
    indices = torch.tensor(vocab[list(text[: recipe.held_out])])
    return rows(indices, recipe.batch_size)


def load_data(recipe: Recipe) -> tuple[Minibatches, Vocab]:
    """Return the minibatches and the vocabulary of ``recipe``."""
    return load_data_time_machine(
        recipe.batch_size,
        recipe.num_steps,
        recipe.use_random_iter,
        recipe.max_tokens,
        path=recipe.path,
        generator=torch.Generator().manual_seed(recipe.seed),
    )


def initial_model(recipe: Recipe, vocab: Vocab) -> RNNModelScratch:
    """Return the untrained model of ``recipe``."""
    generator = torch.Generator().manual_seed(recipe.seed)
    return RNNModelScratch(
        len(vocab),
        recipe.num_hiddens,
        partial(get_params, generator=generator),
        init_rnn_state,
        rnn,
    )


def make_updater(recipe: Recipe, model: RNNModelScratch) -> Updater:
    """Return the updater of ``recipe`` for ``model``."""
    if recipe.updater == "adam":
        return torch.optim.Adam(model.parameters(), lr=recipe.lr)
    return choose_updater(model, recipe.lr)


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


def model_file(recipe: Recipe, origin: Mapping[str, str]) -> Path:
    """Return the file of a trained model, named by all it depends on."""
    name = f"{recipe.name}-{checksum({}, origin)[:16]}.safetensors"
    return models_folder() / name


def lock(recipe: Recipe) -> FileLock:
    """Return the lock of a model, which any thread may release."""
    file = model_file(recipe, describe_origin(recipe))
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_suffix(".lock"), thread_local=False)


def describe_origin(recipe: Recipe) -> dict[str, str]:
    """Return what a trained model depends on.

    It is the recipe, the code, the text, the versions, the kind of
    processor, and how it computes products, as hundreds of epochs can
    amplify what each rounds in its way.
    """
    text = read_text(recipe.path).encode()
    return {
        "recipe": json.dumps(asdict(recipe)),
        "code": CODE,
        "text": hashlib.sha256(text).hexdigest(),
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "processor": describe_processor(),
        "precision": chosen_precision(),
    }


def checksum(tensors: Mapping[str, Tensor], facts: Mapping[str, str]) -> str:
    """Return the SHA-256 of tensors and of facts about them, as hex."""
    result = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for name, tensor in sorted(tensors.items()):
        result.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        result.update(tensor.numpy().tobytes())
    return result.hexdigest()


def save(trained: Trained, file: Path, origin: Mapping[str, str]) -> None:
    """Write a trained model to its file, whole or not at all."""
    params = [param.detach() for param in trained.model.params]
    tensors = dict(zip(PARAMS, params, strict=True))
    facts = {**origin, "history": json.dumps(asdict(trained.history))}
    facts["checksum"] = checksum(tensors, facts)
    draft = file.with_suffix(".part")
    try:
        save_file(tensors, draft, facts)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def remove_old(recipe: Recipe) -> None:
    """Keep only the files of ``recipe`` that were used most recently."""
    files = models_folder().glob(f"{recipe.name}-*.safetensors")
    by_age = sorted(files, key=lambda file: file.stat().st_mtime)
    for file in by_age[:-KEPT]:
        with suppress(OSError):  # another process has it open or removed it
            file.unlink()


def find(recipe: Recipe, origin: Mapping[str, str]) -> Trained | None:
    """Return a trained model from disk, or None if there is none.

    Models of two machines are not mixed without a warning. Raises as
    ``find_trusted`` does.
    """
    if named := os.environ.get("CHARRNN_TRUSTED"):
        folder = Path(named).expanduser()
        if trusted := find_trusted(recipe, origin, folder):
            return trusted
        if folder.resolve() != models_folder().resolve():
            warnings.warn(
                f"{folder}, which CHARRNN_TRUSTED names, has no model of "
                f"this recipe of {recipe.name}, made by this code from this "
                "text: it is trained on this machine, and the others may not "
                "be",
                stacklevel=2,
            )
    return load(recipe, model_file(recipe, origin), origin)


def find_trusted(
    recipe: Recipe, origin: Mapping[str, str], folder: Path
) -> Trained | None:
    """Return a model from a folder that the reader trusts, if it is there.

    It must have been made by the same recipe, code and text, but on any
    machine. One that was made as it would be here comes first.

    Raises ValueError if a model of that name is damaged, OSError if it may
    not be read.
    """
    own = model_file(recipe, origin).name
    files = sorted(folder.glob(f"{recipe.name}-*.safetensors"))
    for file in sorted(files, key=lambda file: file.name != own):
        try:
            tensors, facts = read(file)
        except (SafetensorError, TypeError, ValueError) as error:
            raise ValueError(
                f"{file} is not to be trusted: {error}; copy it again, or "
                "unset CHARRNN_TRUSTED to train it here"
            ) from None
        if all(facts.get(k) == origin[k] for k in ("recipe", "code", "text")):
            return restore(recipe, tensors, facts)
    return None


def load(
    recipe: Recipe, file: Path, origin: Mapping[str, str]
) -> Trained | None:
    """Return a trained model from its file, or None if there is none.

    A file that is damaged, or that something else made, is discarded with
    a warning.
    """
    if not file.exists():
        return None
    try:
        tensors, facts = read(file)
        if {key: facts.get(key) for key in origin} != origin:
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
    return restore(recipe, tensors, facts)


def restore(
    recipe: Recipe, tensors: Mapping[str, Tensor], facts: Mapping[str, str]
) -> Trained:
    """Return a trained model, given what its file holds."""
    _, vocab = load_data(recipe)
    model = initial_model(recipe, vocab)
    for name, param in zip(PARAMS, model.params, strict=True):
        param.data = tensors[name]
    return Trained(model, History(**json.loads(facts["history"])), vocab)


def read(file: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors of a file, and the facts stored with them.

    Raises SafetensorError if it is no such file, ValueError if it has not
    the checksum it was written with.
    """
    with safe_open(file, framework="pt") as stored:
        facts = stored.metadata() or {}
        tensors = {name: stored.get_tensor(name).clone() for name in PARAMS}
    written = facts.pop("checksum", None)
    if written != checksum(tensors, facts):
        raise ValueError("it is damaged, as its checksum shows")
    return tensors, facts


def train_side_by_side(recipes: Iterable[Recipe]) -> None:
    """Train what is not on disk, each in a process of its own, one per core.

    The locks are taken at once: who wants one of the models waits for it,
    even if its training has not begun.

    Raises ChildProcessError if one fails, when the others are done, and as
    ``read_text`` does.
    """
    claims = {recipe: claim(recipe) for recipe in recipes}
    missing = {recipe: mine for recipe, mine in claims.items() if mine}
    print(f"{len(missing)} of {len(claims)} models to train", flush=True)
    if folder := os.environ.get("CHARRNN_TRUSTED"):
        print(f"models are trusted, from {folder}", flush=True)
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        jobs = [pool.submit(train_apart, *item) for item in missing.items()]
        wait(jobs)
    finally:
        pool.shutdown(cancel_futures=True)
    for job in jobs:
        job.result()


def claim(recipe: Recipe) -> FileLock | None:
    """Return the lock of a model to be trained, None if it is on disk.

    The lock is held, unless another process is training the model.
    """
    claimed = lock(recipe)
    with suppress(Timeout):
        claimed.acquire(timeout=0)
        if find(recipe, describe_origin(recipe)) is not None:
            claimed.release()
            return None
    return claimed


def train_apart(recipe: Recipe, claimed: FileLock) -> None:
    """Train a recipe in another process, while its lock is held here.

    Raises ChildProcessError if that process fails.
    """
    code = (  # Ctrl-C ends it without a word, as the caller says one
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL);"
        "import json, sys; from charrnn.recipes import Recipe, obtain;"
        "obtain(Recipe(**json.loads(sys.argv[1])))"
    )
    env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    env.pop("TQDM_DISABLE", None)
    command = [sys.executable, "-c", code, json.dumps(asdict(recipe))]
    claimed.acquire()  # at once, unless another process has it
    try:
        with Popen(
            command, stdout=PIPE, env=env, text=True, encoding="utf-8"
        ) as process:
            report(recipe, process.stdout)
    finally:
        claimed.release(force=True)
    if process.returncode:
        raise ChildProcessError(f"training {recipe.name}: failed, see above")
    print(f"training {recipe.name}: done", flush=True)


def report(recipe: Recipe, bar: Iterable[str], seconds: float = 10) -> None:
    """Print the state of a progress bar now and then.

    The bar sends a line about every second.
    """
    reported = -seconds
    for line in bar:
        if line.strip() and time.monotonic() - reported > seconds:
            print(f"training {recipe.name}: {line.strip()}", flush=True)
            reported = time.monotonic()


def main() -> None:
    """Train the recipes that are not on disk, all or those named."""
    parser = argparse.ArgumentParser(
        prog="python -m charrnn.recipes",
        description="Train what is not on disk yet, side by side.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"all of these if none is given: {', '.join(RECIPES)}",
    )
    names = parser.parse_args().names or list(RECIPES)
    if unknown := set(names) - set(RECIPES):
        parser.error(f"no recipe is named {', '.join(sorted(unknown))}")
    try:
        train_side_by_side(RECIPES[name] for name in names)
    except KeyboardInterrupt:
        parser.exit(130, "interrupted: the models that are done are kept\n")
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
