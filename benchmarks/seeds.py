"""Train with both strategies for three seeds, and record the results.

    python benchmarks/seeds.py

writes benchmarks/seeds.json, which the page about training reads. The runs
are independent processes of one thread each, one for each core.
"""

import json
import os
import platform
import subprocess
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import torch

from charrnn import (
    RNNModelScratch,
    get_params,
    init_rnn_state,
    load_data_time_machine,
    rnn,
    train_rnn,
)

STRATEGIES = {"sequential partitioning": False, "random sampling": True}
SEEDS = range(3)
RECORD = Path(__file__).with_suffix(".json")


def final_perplexity(seed: int, use_random_iter: bool) -> float:
    """Train as the page does, and return the last perplexity."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    train_iter, vocab = load_data_time_machine(
        32, 35, use_random_iter, generator=generator
    )
    net = RNNModelScratch(len(vocab), 512, get_params, init_rnn_state, rnn)
    history = train_rnn(
        net, train_iter, vocab, 1, 500, use_random_iter,
        theta=1, progress=False, report=False,
    )  # fmt: skip
    return history.perplexity[-1]


def main() -> None:
    """Run all trainings and write the record."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=True, cwd=RECORD.parent,
    )  # fmt: skip
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = {
            name: {s: pool.submit(final_perplexity, s, order) for s in SEEDS}
            for name, order in STRATEGIES.items()
        }
        perplexity = {
            name: {seed: job.result() for seed, job in runs.items()}
            for name, runs in jobs.items()
        }
    record = {
        "date": date.today().isoformat(),
        "commit": commit.stdout.strip(),
        "torch": torch.__version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "perplexity": perplexity,
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
