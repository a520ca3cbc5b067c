"""Networks are trained once, and no file that does not fit is used."""

import ast
from dataclasses import replace
from unittest.mock import Mock

import pytest
import torch
from safetensors.torch import save_file
from shared.samples import TINY, assert_same, assert_same_but_speed

from bookkit import fingerprint, networks, recipes
from bookkit.networks import file_of, load, load_or_train, load_snapshots
from charrnn import training

ZEROS = {"W_xh": torch.zeros(2)}
SPOIL = {
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-100]),
    "another's": lambda file: save_file(ZEROS, file),
}


def test_a_network_on_disk_is_the_one_that_was_trained(monkeypatch):
    monkeypatch.setattr(recipes, "EVALUATE_EVERY", 1)
    recipe = replace(TINY, num_epochs=3, held_out=2000, snapshots=(1, 2, 9))
    trained = load_or_train(recipe)
    with monkeypatch.context() as context:
        context.setattr(networks, "train", None)  # not to be called
        assert_same(trained, load_or_train(recipe))
        snapshots = load_snapshots(recipe)
    assert list(snapshots) == [1, 2]  # the training did not reach 9
    for epoch, model in snapshots.items():
        shorter = load_or_train(replace(TINY, num_epochs=epoch)).model
        for ours, theirs in zip(model.params, shorter.params, strict=True):
            assert torch.equal(ours, theirs) and ours.requires_grad


@pytest.mark.parametrize("how", SPOIL)
def test_a_bad_file_is_replaced_with_a_warning(how):
    trained = load_or_train(TINY)
    SPOIL[how](file_of(TINY))
    with pytest.warns(UserWarning, match="cannot be read, so that the netw"):
        assert_same_but_speed(trained, load_or_train(TINY))
    assert_same_but_speed(trained, load_or_train(TINY))  # without a warning


def test_a_network_that_cannot_be_kept_can_be_used(monkeypatch, folder):
    def crash(tensors, file, metadata):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(networks, "save_file", crash)
    with pytest.warns(UserWarning, match="not kept as .*: no space left"):
        assert len(load_or_train(TINY).history) == 2
    assert list(folder.glob(f"{TINY.name}*")) == []


def test_nothing_is_kept_of_an_interrupted_training(monkeypatch, folder):
    norms = [1.0] * 9  # of the steps before, which are in two epochs
    steps = Mock(side_effect=[*norms, KeyboardInterrupt])
    monkeypatch.setattr(training, "grad_clipping", steps)
    with pytest.raises(KeyboardInterrupt, match="tiny is not done"):
        load_or_train(TINY)
    assert not list(folder.glob("*.safetensors"))


def test_another_recipe_code_or_text_is_another_file(monkeypatch):
    names = [file_of(TINY), file_of(replace(TINY, seed=1))]
    for place, name, value in [
        (networks, "CODE", "other code"),
        (networks, "load_text", lambda recipe: "other text"),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            names.append(file_of(TINY))
    assert len({*names}) == 4


def test_other_machines_train_again_but_not_what_the_branch_brings(
    monkeypatch, tmp_path
):
    trained = load_or_train(TINY)
    for place, name, value in [
        (torch, "__version__", "2.99.0"),
        (networks, "describe_processor", lambda: "another avx512"),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            assert load(TINY) is None, name
            context.setattr(networks, "BROUGHT", file_of(TINY).parent)
            context.setenv("CHARRNN_MODELS", str(tmp_path / "empty"))
            assert_same(trained, load_or_train(TINY))


@pytest.mark.parametrize(
    ("edited", "same"),
    [
        ('def f(x):\n    """Double."""\n    return 2 * x  # twice\n', True),
        ("def f(x):\n    return (\n        2 * x\n    )", True),
        ("def f(x):\n    return 2 * x + 0", False),
        ("def f(x, y=1):\n    return 2 * x", False),
    ],
)
def test_the_fingerprint_is_that_of_the_syntax(edited, same):
    tree = fingerprint.syntax(ast.parse("def f(x):\n    return 2 * x"))
    assert (fingerprint.syntax(ast.parse(edited)) == tree) is same
