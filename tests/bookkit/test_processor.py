"""The arithmetic of the processor: its precision, and its settings."""

import time

import pytest
import torch

from bookkit import processor


@pytest.fixture
def pretend(monkeypatch):
    """Pretend to be a processor on which "medium" has a gain, or rounds."""

    def pretend(gain, rounds):
        def matmul(A, B):
            medium = torch.get_float32_matmul_precision() == "medium"
            clock[0] += 1.0 / gain if medium else 1.0
            product = torch.matmul(A.double(), B.double())
            return product.bfloat16() if medium and rounds else product

        clock = [0.0]
        monkeypatch.setattr(torch.Tensor, "__matmul__", matmul)
        monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
        processor.is_exact.cache_clear()
        processor.is_faster.cache_clear()

    yield pretend
    monkeypatch.undo()
    processor.is_exact.cache_clear()
    processor.is_faster.cache_clear()


@pytest.mark.parametrize(
    ("gain", "rounds", "expected"),
    [
        (2.0, False, "medium"),
        (2.0, True, "highest"),  # as on processors with AMX
        (1.05, False, "highest"),  # noise
    ],
)
def test_the_faster_precision_is_chosen_only_if_it_is_exact(
    pretend, tmp_path, gain, rounds, expected
):
    pretend(gain, rounds)
    assert processor.chosen_precision(tmp_path / "choice") == expected


def test_the_choice_is_made_once(pretend, tmp_path):
    file = tmp_path / "models" / "choice"
    pretend(1.05, False)
    assert processor.chosen_precision(file) == "highest"
    pretend(2.0, False)  # the clock says something else
    assert processor.chosen_precision(file) == "highest"


def test_a_choice_from_a_processor_that_does_not_round_is_not_taken(
    pretend, tmp_path
):
    (tmp_path / "choice").write_text("medium")
    pretend(2.0, True)
    assert processor.chosen_precision(tmp_path / "choice") == "highest"


def test_a_damaged_choice_is_made_again(pretend, tmp_path):
    (tmp_path / "choice").write_text("medi")  # as when the disk is full
    pretend(2.0, False)
    assert processor.chosen_precision(tmp_path / "choice") == "medium"
    assert (tmp_path / "choice").read_text() == "medium"


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
