"""Recipes: they decide a training, and nothing else does."""

from dataclasses import replace

import pytest
import torch
from shared.samples import TINY, assert_same_but_speed

from bookkit import recipes
from bookkit.recipes import load_text
from charrnn.corpus import rows
from charrnn.training import DivergenceError, evaluate


def train(recipe):
    trained, _ = recipes.train(recipe)
    return trained


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"updater": "sdg"}, "'sgd' or 'adam', not 'sdg'"),
        ({"cosine": True}, "cosine needs the updater 'adam'"),
    ],
)
def test_invalid_recipes_raise(settings, message):
    with pytest.raises(ValueError, match=message):
        replace(TINY, **settings)


def test_training_is_repeatable_and_leaves_the_random_numbers_alone():
    before = torch.get_rng_state()
    first = train(TINY)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    assert_same_but_speed(first, train(TINY))


def test_the_seed_decides_the_minibatches():
    batches, others = (
        recipes.load_data(replace(TINY, seed=seed))[0] for seed in (0, 1)
    )
    assert not torch.equal(batches.draw_starts(), others.draw_starts())


def test_training_follows_the_recipe():
    first = train(TINY)
    changes = [
        {"seed": 1},
        {"use_random_iter": True},
        {"max_tokens": 5000},
        {"batch_size": 16},
        {"num_steps": 20},
        {"updater": "adam", "lr": 0.01},
        {"updater": "adam", "lr": 0.01, "cosine": True},
        {"lr": 0.5},
        {"theta": 0.01},
    ]
    others = [train(replace(TINY, **change)) for change in changes]
    ends = {trained.history.perplexity[-1] for trained in (first, *others)}
    assert len(ends) == 1 + len(changes)


def test_held_out_text_is_measured_and_not_trained_on(monkeypatch):
    monkeypatch.setattr(recipes, "EVALUATE_EVERY", 2)
    plain = replace(TINY, num_epochs=5)
    trained = train(replace(plain, held_out=2000))
    assert_same_but_speed(
        train(plain),
        trained._replace(history=replace(trained.history, held_out=[])),
    )
    epochs, values = zip(*trained.history.held_out, strict=True)
    assert epochs == (2, 4)
    two = train(replace(plain, num_epochs=2))
    indices = torch.tensor(two.vocab[list(load_text(TINY)[10000:12000])])
    assert evaluate(two.model, *rows(indices, 32)) == values[0]


def test_a_diverging_training_raises_unless_it_may_diverge():
    wild = replace(TINY, lr=1e38, theta=1e30, num_epochs=3)
    with pytest.raises(DivergenceError, match="epoch [12]: .*") as caught:
        train(wild)
    kept = train(replace(wild, may_diverge=True))
    assert len(kept.history) == len(caught.value.history) < 3


def test_a_training_worse_than_guessing_ends_soon():
    wild = replace(TINY, lr=3e3, theta=1e9, num_epochs=300, may_diverge=True)
    history = train(wild).history  # done, and not interrupted
    assert len(history) == recipes.MAX_BAD_EPOCHS


def test_the_chosen_precision_is_used_and_denormals_are_flushed(
    monkeypatch,
):
    def arithmetic():
        tiny = torch.tensor([1e-40])
        return (tiny * 1).item() > 0, torch.get_float32_matmul_precision()

    def look(*args, **options):
        seen.append(arithmetic())
        return train_rnn(*args, **options)

    seen, train_rnn = [], recipes.train_rnn
    monkeypatch.setattr(recipes, "train_rnn", look)
    monkeypatch.setattr(recipes, "choose_precision", lambda: "high")
    train(TINY)
    assert seen == [(False, "high")] and arithmetic() == (True, "highest")
