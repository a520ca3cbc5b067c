"""What the tests of the coursework share."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def closed(monkeypatch):
    """Close figures when they are shown, as notebooks do."""
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
