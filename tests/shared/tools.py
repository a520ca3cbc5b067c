"""Programs that tests need, and are skipped or fail without."""

import os

import pytest


def need(tool, reason):
    """Skip a test whose tool is missing, but fail in CI."""
    message = f"{tool} is needed {reason}: install it"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
