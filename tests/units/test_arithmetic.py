"""Arithmetic: the fastest way that is exact, and what tells processors."""

import platform
import time

import pytest
import torch

from charrnn import arithmetic


def pretend(monkeypatch, gain, rounds):
    """Let "medium" be faster than "highest" by a factor, and round or not."""

    def matmul(A, B):
        medium = torch.get_float32_matmul_precision() == "medium"
        clock[0] += 1.0 / gain if medium else 1.0
        product = torch.matmul(A, B)
        return product.bfloat16().float() if medium and rounds else product

    clock = [0.0]
    monkeypatch.setattr(torch.Tensor, "__matmul__", matmul)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])


@pytest.mark.parametrize(
    ("gain", "rounds", "expected"),
    [
        (2.0, False, "medium"),
        (2.0, True, "highest"),  # as on processors with AMX
        (1.05, False, "highest"),  # noise
        (0.5, False, "highest"),
    ],
)
def test_the_faster_library_is_taken_if_it_is_exact(
    monkeypatch, gain, rounds, expected
):
    pretend(monkeypatch, gain, rounds)
    assert arithmetic.fastest_precision.__wrapped__() == expected


def test_what_is_chosen_here_is_exact():
    H, W = torch.randn(32, 256), torch.randn(256, 256)
    with arithmetic.precision(arithmetic.fastest_precision()):
        product = H @ W
    exact = H.double() @ W.double()
    torch.testing.assert_close(product.double(), exact, rtol=0, atol=1e-3)


@pytest.mark.parametrize("before", [False, True])  # as a reader may have it
def test_settings_are_as_before_also_after_an_error(before):
    tiny = torch.tensor([1e-40])  # before it would be taken as zero
    torch.set_flush_denormal(before)
    was = torch.get_float32_matmul_precision()
    with pytest.raises(ZeroDivisionError), arithmetic.precision("medium"):
        assert torch.get_float32_matmul_precision() == "medium"
        1 / 0  # noqa: B018
    assert torch.get_float32_matmul_precision() == was
    with pytest.raises(ZeroDivisionError), arithmetic.flushed_denormals():
        assert (tiny * 1).item() == 0
        1 / 0  # noqa: B018
    assert ((tiny * 1).item() == 0) is before
    torch.set_flush_denormal(False)


@pytest.mark.parametrize(
    ("cpuinfo", "processor", "vendor"),
    [
        ("processor: 0\nvendor_id\t: GenuineIntel\n", "", "GenuineIntel"),
        ("CPU implementer\t: 0x41\n", "", "0x41"),
        (None, "Intel64 Family 6 Model 1, GenuineIntel", "GenuineIntel"),
        (None, "arm", "arm"),
        ("", "", platform.machine()),
    ],
)
def test_a_processor_is_told_by_vendor_and_instructions(
    monkeypatch, tmp_path, cpuinfo, processor, vendor
):
    file = tmp_path / "cpuinfo"
    if cpuinfo is not None:
        file.write_text(cpuinfo, "utf-8")
    monkeypatch.setattr(arithmetic, "Path", lambda _: file)
    monkeypatch.setattr(platform, "processor", lambda: processor)
    monkeypatch.setattr(
        torch.backends.cpu, "get_cpu_capability", lambda: "AVX2"
    )
    assert arithmetic.describe_processor() == f"{vendor} AVX2"
