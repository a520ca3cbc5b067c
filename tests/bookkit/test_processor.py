"""The arithmetic of the processor: its precision, and its settings."""

import pytest
import torch

from bookkit import processor


@pytest.mark.parametrize("precision", ["medium", "highest"])
def test_a_precision_is_chosen_only_if_it_is_exact(precision, monkeypatch):
    def matmul(A, B):
        medium = torch.get_float32_matmul_precision() == "medium"
        product = torch.matmul(A.double(), B.double())
        rounds = medium and precision == "highest"
        return product.bfloat16() if rounds else product

    monkeypatch.setattr(torch.Tensor, "__matmul__", matmul)
    assert processor.choose_precision.__wrapped__() == precision


@pytest.mark.parametrize("before", [False, True])  # as a reader may have it
def test_settings_are_restored_after_an_error(before):
    tiny = torch.tensor([1e-40])  # before it would be taken as zero
    torch.set_flush_denormal(before)
    was = torch.get_float32_matmul_precision()
    with pytest.raises(ZeroDivisionError), processor.precision("medium"):
        assert torch.get_float32_matmul_precision() == "medium"
        1 / 0  # noqa: B018
    assert torch.get_float32_matmul_precision() == was
    with pytest.raises(ZeroDivisionError), processor.flushed_denormals():
        assert (tiny * 1).item() == 0
        1 / 0  # noqa: B018
    assert ((tiny * 1).item() == 0) is before
    torch.set_flush_denormal(False)
