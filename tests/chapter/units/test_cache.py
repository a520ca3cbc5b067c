"""The cache of executed pages is that of the versions and the processor."""

from importlib import metadata
from types import SimpleNamespace

from chapter.execution import kernels, pages


def folder():
    config = SimpleNamespace()
    pages.choose_cache(SimpleNamespace(srcdir="book"), config)
    return config.nb_execution_cache_path


def test_other_versions_processors_and_kernels_have_another_cache(
    monkeypatch, tmp_path
):
    before = folder()
    edited = tmp_path / "startup.py"
    edited.touch()
    for place, name, value in [
        (metadata, "version", lambda _: "99"),
        (pages, "describe_processor", lambda: "another"),
        (kernels, "STARTUP", edited),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            assert folder() != before, name
    assert folder() == before
