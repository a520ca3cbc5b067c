"""The peers that we compare with, in an environment of their own.

Dive into Deep Learning publishes its functions as the package d2l, which
pins old versions of its dependencies. So it is installed without them, with
what importing it needs, in ``_build/peers``.
"""

import os
import subprocess
import sys
import venv
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from charrnn import RNNModel, RNNModelScratch, init_rnn_state, rnn
from studies.record import ROOT

FOLDER = ROOT / "_build" / "peers"
NEEDED = ["torchvision", "pandas", "requests", "ipython"]
PEER = "d2l==0.17.6"


def use_environment() -> None:
    """Run the script again in the environment of the peers, and exit.

    In that environment it does nothing. The environment is created if it is
    missing, which takes some minutes. NumPy gets one thread for its products.
    """
    if Path(sys.prefix) == FOLDER:
        ours = os.environ["PROJECT_TORCH"]
        assert torch.__version__ == ours, f"not the project's torch, {ours}"
        return
    folder = "Scripts" if sys.platform == "win32" else "bin"
    python = FOLDER / folder / "python"
    installed = FOLDER / "installed"
    if not installed.exists():
        print(f"Setting up {FOLDER.relative_to(ROOT)}.", flush=True)
        venv.create(FOLDER, with_pip=True, clear=True)
        version = torch.__version__.split("+")[0]
        pip = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run(
            [*pip, f"torch=={version}", "-e", f"{ROOT}[pages]", *NEEDED],
            check=True,
        )
        subprocess.run([*pip, "--no-deps", PEER], check=True)
        installed.touch()
    env = os.environ | {
        "OPENBLAS_NUM_THREADS": "1",
        "PROJECT_TORCH": str(torch.__version__),
    }
    sys.exit(subprocess.run([python, *sys.orig_argv[1:]], env=env).returncode)


def d2l_model(ours: RNNModelScratch) -> object:
    """Return a network of d2l, with a copy of the parameters of ``ours``.

    The class is d2l's, and so are training loop, clipping, and gradient
    descent. The forward function of its book is not in the package, so the
    equivalent ``rnn`` is used.
    """
    from d2l import torch as d2l

    # PyTorch warns that d2l adds up losses together with their graphs.
    warnings.filterwarnings("ignore", "Converting a tensor", module="d2l")
    return d2l.RNNModelScratch(
        ours.vocab_size,
        ours.num_hiddens,
        torch.device("cpu"),
        lambda *sizes: [copy(param).requires_grad_() for param in ours.params],
        lambda *sizes: init_rnn_state(*sizes[:2]),
        rnn,
    )


def library_model(ours: RNNModelScratch) -> RNNModel:
    """Return an ``nn.RNN`` and ``nn.Linear`` with the parameters of ours.

    The matrices are transposed. ``nn.RNN`` has two biases: one stays zero,
    because two would learn at twice the rate.
    """
    layer = nn.RNN(ours.vocab_size, ours.num_hiddens)
    model = RNNModel(layer, ours.vocab_size)
    W_xh, W_hh, b_h, W_hq, b_q = map(copy, ours.params)
    values = W_xh.T, W_hh.T, b_h, torch.zeros_like(b_h), W_hq.T, b_q
    for param, value in zip(model.parameters(), values, strict=True):
        param.data.copy_(value)
    layer.bias_hh_l0.requires_grad_(False)
    return model


def copy(param: Tensor) -> Tensor:
    """Return a copy of a parameter that shares no memory with it."""
    return param.detach().clone()
