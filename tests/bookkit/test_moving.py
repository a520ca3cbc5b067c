"""The figures that move: their data."""

import pytest
import torch

from bookkit.figures import moving


@pytest.mark.parametrize("value", [torch.ones(2), float("nan"), {1, 2}])
def test_data_that_is_not_plain_json_raises(value):
    with pytest.raises(TypeError, match=r"'cliff' must be plain JSON"):
        moving.move("cliff", {"numbers": [value]})
