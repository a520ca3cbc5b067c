"""The memory task."""

import torch

from bookkit.recall import draw_recall


def test_the_task_asks_for_the_digits_after_a_gap():
    text = torch.arange(20)
    for gap in (1, 7, 20):
        X, Y = draw_recall(
            text, 20, gap, 8, generator=torch.Generator().manual_seed(gap)
        )
        assert X.shape == (8, gap + 4) and (X[:, :2] == Y).all()
        assert ((Y >= 20) & (Y < 30)).all() and (X[:, -2:] == 30).all()
        between = X[:, 2:-2]
        assert (between.diff(dim=1) == 1).all()
        assert between.min() >= 0 and between.max() < 20
    X, Y = draw_recall(text, 20, 4, 5, num_digits=3)
    assert X.shape == (5, 10) and Y.shape == (5, 3)


def test_the_task_draws_digits_and_places_for_each_row():
    first, second = (
        draw_recall(
            torch.arange(20), 20, 4, 500,
            generator=torch.Generator().manual_seed(1),
        )[0]
        for _ in range(2)
    )  # fmt: skip
    assert torch.equal(first, second)
    assert len(first[:, 0].unique()) == 10  # digits
    assert len(first[:, 2].unique()) == 17  # places where four letters fit
