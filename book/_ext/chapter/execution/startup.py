"""Run by each kernel as it starts: report draws without a seed.

The build refuses what a cell writes to stderr. A page that draws from an
unseeded generator would show something else at each build.
"""


def _report_unseeded_draws() -> None:
    import sys

    from IPython import get_ipython

    message = "this cell draws from PyTorch's generator without a seed"

    def report(_: object) -> None:
        torch = sys.modules.get("torch")
        if torch is None or torch.initial_seed() < 2**32:  # a page's seed
            return
        fresh = torch.Generator().manual_seed(torch.initial_seed())
        if not fresh.get_state().equal(torch.get_rng_state()):
            print(message, file=sys.stderr)
            torch.seed()  # a fresh one, to find the next such cell

    get_ipython().events.register("post_run_cell", report)


_report_unseeded_draws()
del _report_unseeded_draws
