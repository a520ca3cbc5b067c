"""Each mistake that the data of a part name fails as they say."""

import ast
import inspect
import re
from functools import partial

import pytest

from charrnn.corpus import load_data_time_machine
from coursework import lab
from coursework.checks import CHECKS, judge

pytestmark = pytest.mark.usefixtures("only_sleep_takes_time")
TRAINED = ("sequential", "sampled", "written")
SMALL = {  # for parts below a training
    "batch_size": 8, "num_steps": 20, "num_hiddens": 16, "num_epochs": 3,
    "load_data_time_machine": partial(load_data_time_machine, max_tokens=2000),
}  # fmt: skip
MISTAKES = [
    pytest.param(part, mistake, id=f"{part}: {name}")
    for part, data in lab.parts().items()
    for name, mistake in data.mistakes.items()
]


def run(part, edit):
    return lab.attempt(part, edit, **SMALL if part in TRAINED else {})


def test_each_part_has_a_check_and_data_and_is_on_the_page():
    assert {*CHECKS} == {*lab.parts()} == {*lab.order()}


@pytest.mark.parametrize(("part", "mistake"), MISTAKES)
def test_a_mistake_costs_its_properties_and_the_hint_is_true(part, mistake):
    names = run(part, mistake.edit)
    for seed in (0, 3):
        found = judge(part, names, seed)
        failures = {name: f for name, f in found.failures.items() if f}
        assert failures.keys() == mistake.fails.keys(), found
        for name, pattern in mistake.fails.items():
            failure = failures[name]
            assert failure.got != failure.expected, failure
            assert re.search(pattern or "^$", failure.hint), failure


@pytest.mark.parametrize("part", CHECKS)
def test_the_solution_passes_and_the_data_fit(part):
    if part != "together":
        names = run(part, {})
        for seed in range(4):
            assert judge(part, names, seed).passed
    data = lab.parts()[part]
    signatures = [
        tuple(sorted(m.fails.items())) for m in data.mistakes.values()
    ]
    assert len({*signatures}) == len(signatures)
    assert not data.points or data.points.keys() == CHECKS[part].keys()
    assert len(data.ask) == 3
    for line in data.wrong:
        ast.parse(re.sub(r":$", ": pass", inspect.cleandoc(line)))


def test_an_entry_that_is_unknown_is_named(tmp_path, monkeypatch):
    folder = tmp_path / "coursework" / "parts"
    folder.mkdir(parents=True)
    (folder / "lstm.toml").write_text("page = 'model'\npoint = 1", "utf-8")
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    with pytest.raises(TypeError, match="'point'") as caught:
        lab.parts.__wrapped__()
    assert "lstm.toml" in caught.value.__notes__[0]
