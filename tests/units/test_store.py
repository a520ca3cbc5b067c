"""The store: models are found again, never from a bad file."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest.mock import Mock

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from samples import TINY, assert_same, assert_same_but_speed, run_python

from charrnn import recipes, store
from charrnn.__main__ import train_side_by_side
from charrnn.recipes import describe_origin, load_or_train, model_file


def load(recipe):
    return store.load(model_file(recipe), describe_origin(recipe))


@pytest.mark.parametrize(
    "change",
    [{}, {"held_out": 2000}, {"batch_size": 300, "max_tokens": -1}],
)
def test_a_model_on_disk_is_the_one_that_was_trained(monkeypatch, change):
    monkeypatch.setattr(recipes, "MEASURED", 1)
    recipe = replace(TINY, **change)
    trained = load_or_train(recipe)
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(trained, load_or_train(recipe))


def test_the_file_is_plain_safetensors(folder):
    load_or_train(TINY)
    with safe_open(model_file(TINY), framework="pt") as file:
        assert set(file.keys()) == set(recipes.PARAMS)
        assert file.get_tensor("W_hh").shape == (8, 8)
        facts = file.metadata()
    assert '"name": "tiny"' in facts["recipe"]
    assert facts["processor"] == recipes.describe_processor()
    assert facts["precision"] == recipes.chosen_precision()
    kinds = {path.suffix for path in folder.iterdir()}
    assert kinds == {".safetensors", ".lock", ".txt"}


ZEROS = {name: torch.zeros(2) for name in recipes.PARAMS}
HALVES = {name: torch.zeros(2).bfloat16() for name in recipes.PARAMS}
SPOIL = {
    "empty": lambda file: file.write_bytes(b""),
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:-100]),
    "no safetensors": lambda file: file.write_bytes(b"PK\x03\x04" * 99),
    "another's": lambda file: save_file(ZEROS, file),
    "of other types": lambda file: save_file(HALVES, file),
}


@pytest.mark.parametrize("how", SPOIL)
def test_a_bad_file_is_discarded_with_a_message(how):
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
        assert load(TINY) is None
    assert not model_file(TINY).exists()


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.integers(0, 99_999), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(place, bit):
    load_or_train(TINY)
    file = model_file(TINY)
    content = bytearray(file.read_bytes())
    content[place % len(content)] ^= 1 << bit
    file.write_bytes(content)
    with pytest.warns(UserWarning, match="discarded"):
        assert load(TINY) is None


@pytest.mark.parametrize("error", [OSError, SafetensorError])
def test_a_model_that_cannot_be_kept_can_be_used(monkeypatch, folder, error):
    def crash(tensors, file, metadata):
        file.write_bytes(b"half")
        raise error("no space left on device")

    monkeypatch.setattr(store, "save_file", crash)
    with pytest.warns(UserWarning, match="not kept in .*: .*no space left"):
        trained = load_or_train(TINY)
    assert len(trained.history) == 2 and load(TINY) is None
    assert {file.suffix for file in folder.iterdir()} == {".lock", ".txt"}


@pytest.fixture
def small_disk(folder):
    """Keep models on a disk of 200 kB, which a large one does not fit on."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root can mount a disk, on Linux")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_on_a_full_or_a_read_only_disk_the_model_is_used(small_disk):
    large = replace(TINY, num_hiddens=256, num_epochs=1)
    with pytest.warns(UserWarning, match="can be used now, but not kept"):
        assert len(load_or_train(large).history) == 1
    assert not list(small_disk.glob("*.part"))
    trained = load_or_train(TINY)
    command = ["mount", "-o", "remount,ro", small_disk]
    subprocess.run(command, check=True)
    assert_same(trained, load_or_train(TINY))
    with pytest.warns(UserWarning, match="can be used now, but not kept"):
        load_or_train(replace(TINY, seed=1))


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Train a model on another machine; trust the folder that it is in."""
    made = tmp_path / "elsewhere"
    with monkeypatch.context() as context:
        context.setenv("CHARRNN_MODELS", str(made))
        context.setattr(recipes, "describe_processor", lambda: "another AVX2")
        context.setattr(recipes.platform, "python_version", lambda: "4.0")
        trained = load_or_train(TINY)
    monkeypatch.setenv("CHARRNN_TRUSTED", str(made))
    return made, trained


def test_a_model_of_another_machine_is_used_on_request(
    elsewhere, folder, monkeypatch, capsys
):
    made, trained = elsewhere
    before = {file: file.read_bytes() for file in made.iterdir()}
    monkeypatch.setattr(recipes, "train_rnn", None)  # not to be called
    assert_same(trained, load_or_train(TINY))
    train_side_by_side([TINY])
    printed = capsys.readouterr().out
    assert printed.startswith("0 of 1 models to train\n")
    assert f"models are trusted, from {made}" in printed
    assert not list(folder.glob("*.safetensors"))
    assert {file: file.read_bytes() for file in made.iterdir()} == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seed": 1}, recipes.CODE),
        ({"name": "other"}, recipes.CODE),
        ({}, "other code"),
    ],
)
def test_models_of_two_machines_are_not_mixed_silently(
    elsewhere, monkeypatch, change, code
):
    other = replace(TINY, **change)
    monkeypatch.setattr(recipes, "CODE", code)
    with pytest.warns(UserWarning, match="it is trained on this machine"):
        assert_same_but_speed(load_or_train(other), recipes.train(other))


def test_a_damaged_model_is_not_trusted_and_stays(elsewhere):
    (file,) = elsewhere[0].glob("*.safetensors")
    SPOIL["of other types"](file)
    with pytest.raises(ValueError, match="not to be trusted: .* copy it"):
        load_or_train(TINY)
    assert file.exists()


def test_a_file_that_cannot_be_read_is_not_discarded(monkeypatch):
    load_or_train(TINY)
    denied = Mock(side_effect=PermissionError("not yours"))
    monkeypatch.setattr(store, "safe_open", denied)
    with pytest.raises(PermissionError):
        load_or_train(TINY)
    assert model_file(TINY).exists()


def test_old_files_of_a_recipe_are_removed(monkeypatch):
    other = replace(TINY, name="other")
    load_or_train(other)
    files = []
    for state in range(store.KEPT + 2):
        with monkeypatch.context() as context:
            context.setattr(recipes, "CODE", f"code {state}")
            load_or_train(TINY)
            files.append(model_file(TINY))
        os.utime(files[-1], (state, state))
    load_or_train(TINY)
    kept = [file for file in files if file.exists()]
    assert kept == files[-store.KEPT + 1 :]
    assert model_file(TINY).exists() and model_file(other).exists()


def test_processes_that_want_one_model_train_it_once():
    code = (
        "from charrnn.recipes import Recipe, load_or_train;"
        "recipe = Recipe('tiny', num_hiddens=8, num_epochs=30);"
        "print(load_or_train(recipe).history.tokens_per_sec)"
    )
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(run_python, [code] * 3))
    assert [result.stderr for result in results] == [""] * 3
    speeds = {result.stdout.splitlines()[-1] for result in results}
    assert len(speeds) == 1  # so it was measured once


def test_models_lie_in_the_build_of_a_checkout(monkeypatch, tmp_path):
    assert store.models_folder() == tmp_path / "models"
    monkeypatch.delenv("CHARRNN_MODELS")
    root = store.Path(store.__file__).parents[1]
    assert store.models_folder() == root / "_build" / "models"
    installed = tmp_path / "site-packages" / "charrnn" / "store.py"
    monkeypatch.setattr(store, "__file__", str(installed))
    assert "charrnn" in store.models_folder().parts
    assert store.models_folder() != root / "_build" / "models"
