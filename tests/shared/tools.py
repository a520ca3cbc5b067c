"""What tests need of the machine, and skip or fail without."""

import os

import pytest

# To a group of processes, as a terminal sends it.
ctrl_c = pytest.mark.skipif(
    os.name != "posix", reason="Ctrl-C can be sent on POSIX alone"
)


def need(tool, reason):
    """Skip a test whose tool is missing, but fail in CI."""
    message = f"{tool} is needed {reason}: install it"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
