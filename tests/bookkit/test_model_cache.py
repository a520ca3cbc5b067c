"""The cache of models: no file of another origin, and no bad one, is used."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from shared.samples import TINY, assert_same, assert_same_but_speed

from bookkit import model_cache, recipes
from bookkit.recipes import load_or_train

ZEROS = {"W_xh": torch.zeros(2)}
SPOIL = {
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:-100]),
    "damaged": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"?"),
    "another's": lambda file: save_file(ZEROS, file),
}


def test_a_model_on_disk_is_the_one_that_was_trained(monkeypatch):
    monkeypatch.setattr(recipes, "EVALUATE_EVERY", 1)
    recipe = replace(TINY, held_out=2000)
    trained = load_or_train(recipe)
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(trained, load_or_train(recipe))


@pytest.mark.parametrize("how", SPOIL)
def test_a_bad_file_is_replaced_with_a_warning(how, folder):
    trained = load_or_train(TINY)
    (file,) = folder.glob(f"{TINY.name}-*")
    SPOIL[how](file)
    with pytest.warns(UserWarning, match="cannot be read, so that the model"):
        assert_same_but_speed(trained, load_or_train(TINY))
    assert_same_but_speed(trained, load_or_train(TINY))  # without a warning


def test_a_model_that_cannot_be_kept_can_be_used(monkeypatch, folder):
    def crash(tensors, file, metadata):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(model_cache, "save_file", crash)
    with pytest.warns(UserWarning, match="not kept as .*: no space left"):
        assert len(load_or_train(TINY).history) == 2
    assert list(folder.glob(f"{TINY.name}*")) == []


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Train a model on another machine; trust the folder that it is in."""
    made = tmp_path / "elsewhere"
    with monkeypatch.context() as context:
        context.setenv("CHARRNN_MODELS", str(made))
        context.setattr(recipes, "describe_processor", lambda: "another AVX2")
        trained = load_or_train(TINY)
    monkeypatch.setenv("CHARRNN_TRUSTED", str(made))
    return made, trained


def test_a_model_of_another_machine_is_used_on_request(elsewhere, monkeypatch):
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(elsewhere[1], load_or_train(TINY))


def test_models_of_two_machines_are_not_mixed_silently(elsewhere):
    with pytest.warns(UserWarning, match="is made on this machine"):
        load_or_train(replace(TINY, seed=1))
