"""The cache of models: each is trained once, and no bad file is used."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from shared.samples import TINY, assert_same, assert_same_but_speed, run_python

from bookkit import model_cache, recipes
from bookkit.recipes import describe_origin, load_or_train, model_file

ZEROS = {name: torch.zeros(2) for name in recipes.PARAMS}
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
def test_a_bad_file_is_discarded_with_a_warning(how):
    trained = load_or_train(TINY)
    SPOIL[how](model_file(TINY))
    with pytest.warns(UserWarning, match="is discarded, so that the model"):
        assert_same_but_speed(trained, load_or_train(TINY))
    assert_same_but_speed(trained, load_or_train(TINY))  # without a warning


def test_the_file_of_another_recipe_is_discarded():
    other = replace(TINY, seed=1)
    load_or_train(other)
    os.replace(model_file(other), model_file(TINY))
    with pytest.warns(UserWarning, match="made in another way"):
        assert model_cache.load("tiny", describe_origin(TINY)) is None


def test_a_model_that_cannot_be_kept_can_be_used(monkeypatch, folder):
    def crash(tensors, file, metadata):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(model_cache, "save_file", crash)
    with pytest.warns(UserWarning, match="not kept in .*: .*no space left"):
        assert len(load_or_train(TINY).history) == 2
    assert {file.suffix for file in folder.iterdir()} == {".lock", ".txt"}


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
    with pytest.warns(UserWarning, match="it is trained on this machine"):
        load_or_train(replace(TINY, seed=1))


def test_a_damaged_trusted_model_raises_and_is_kept(elsewhere):
    (file,) = elsewhere[0].glob("*.safetensors")
    SPOIL["damaged"](file)
    with pytest.raises(ValueError, match="not to be trusted: .* copy it"):
        load_or_train(TINY)
    assert file.exists()


def test_old_files_of_a_recipe_are_removed(monkeypatch):
    files = []
    for state in range(model_cache.MAX_FILES + 2):
        monkeypatch.setattr(recipes, "CODE", f"code {state}")
        load_or_train(TINY)
        files.append(model_file(TINY))
        os.utime(files[-1], (state, state))
    assert [file for file in files if file.exists()] == files[
        -model_cache.MAX_FILES :
    ]


def test_processes_that_want_one_model_train_it_once():
    code = (
        "from bookkit.recipes import Recipe, load_or_train;"
        "recipe = Recipe('tiny', num_hiddens=8, num_epochs=30);"
        "print(load_or_train(recipe).history.tokens_per_sec)"
    )
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run_python, [code] * 2))
    speeds = {result.stdout.splitlines()[-1] for result in results}
    assert len(speeds) == 1  # so it was measured once
