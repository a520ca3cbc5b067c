"""Each known mistake is found, and its name is the hint."""

import pytest

from coursework import lab
from coursework.checks import judge
from coursework.kit import data, solution
from coursework.kit.judging import PROBES

MISTAKES = [
    pytest.param(part, name, mistake, id=f"{part}: {name}")
    for part, facts in data.parts().items()
    for name, mistake in facts.mistakes.items()
]


def test_each_part_is_on_the_page_and_has_a_probe_and_data():
    parts = {*data.parts()}
    assert parts == {*PROBES} == {*lab.order()}
    assert parts | lab.predictions().keys() == {*lab.teaching()}


@pytest.mark.parametrize(("part", "name", "mistake"), MISTAKES)
def test_a_mistake_is_found_and_is_the_hint(part, name, mistake):
    names = solution.attempt(part, mistake.edit)
    for seed in (0, 3):
        failures = judge(part, names, seed).failures
        failing = {key: f for key, f in failures.items() if f}
        assert failing
        assert failing.keys() == set(mistake.costs or failing)
        for failure in failing.values():
            assert failure.hint == name
            assert failure.got != failure.expected, failure


@pytest.mark.parametrize("part", solution.blanks())
def test_the_solution_passes(part):
    names = solution.attempt(part, {})
    for seed in range(4):
        assert judge(part, names, seed).passed


def test_an_entry_that_is_unknown_is_named(tmp_path):
    file = tmp_path / "lstm.toml"
    file.write_text("[properties]\nstep = {point = 1}", "utf-8")
    with pytest.raises(TypeError, match="'point'") as caught:
        data.read(file)
    assert "lstm.toml" in caught.value.__notes__[0]
