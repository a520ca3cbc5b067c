"""Pages on networks that were never trained: what is asserted is true."""

import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import surrogates
from chapter.offer import lab
from shared.book import PAGE, cell
from shared.site import NOTEBOOKS, ROOT, source

# The lab checks that what was trained has learnt, as its text says.
TRAINED = [
    page
    for page in NOTEBOOKS
    if "recipes" in source(page) and page != lab.PAGE
]


def run_on_surrogates(page, kind):
    return subprocess.run(
        [sys.executable, surrogates.__file__, ROOT / page, kind],
        cwd=ROOT / "book", encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {
            "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "book")]),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def runs():
    """Run all pages on all surrogates, side by side."""
    jobs = list(itertools.product(TRAINED, surrogates.KINDS))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(run_on_surrogates, *zip(*jobs, strict=True))
        return dict(zip(jobs, results, strict=True))


@pytest.mark.parametrize("kind", surrogates.KINDS)
@pytest.mark.parametrize("page", TRAINED)
def test_no_assertion_depends_on_a_trained_network(page, kind, runs):
    result = runs[page, kind]
    assert result.returncode == 0, result.stdout[-2000:]


def test_an_assertion_on_a_trained_network_would_be_found(tmp_path):
    page = tmp_path / "page.md"
    code = (
        "from charrnn import recipes\n"
        "_, history, _ = recipes.load_or_train(recipes.SEQUENTIAL)\n"
        "assert history.perplexity[-1] < 1.1"
    )
    page.write_text(PAGE + cell(code), "utf-8")
    result = run_on_surrogates(page.with_suffix(""), "idle")
    assert result.returncode != 0 and "AssertionError" in result.stdout
