"""The arithmetic of the processor: its precision, and its settings."""

import time

import pytest
import torch

from bookkit import processor


@pytest.mark.parametrize(
    ("gain", "rounds", "expected"),
    [
        (2.0, False, "medium"),
        (2.0, True, "highest"),  # as on processors with AMX
        (1.05, False, "highest"),  # noise
    ],
)
def test_the_faster_precision_is_chosen_only_if_it_is_exact(
    monkeypatch, gain, rounds, expected
):
    def matmul(A, B):
        medium = torch.get_float32_matmul_precision() == "medium"
        clock[0] += 1.0 / gain if medium else 1.0
        product = torch.matmul(A, B)
        return product.bfloat16().float() if medium and rounds else product

    clock = [0.0]
    monkeypatch.setattr(torch.Tensor, "__matmul__", matmul)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    assert processor.fastest_precision.__wrapped__() == expected


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
