"""Keys follow all that they stand for, wherever the files are."""

import shutil
from importlib import metadata

import pytest
from chapter import keys

FILES = [
    "charrnn/corpus.py",
    "bookkit/figures/text.py",
    "book/whole.py",
    "studies/ladder.json",
    "studies/train.json",
]
CPUINFO = "vendor_id\t: GenuineIntel\nflags\t\t: fpu avx avx2 fma ht\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Make a checkout with a file of each kind; trust no model."""
    monkeypatch.setattr(keys, "trusted_models", list)
    root = tmp_path / "checkout"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"of {name}", "utf-8")
    return root


def test_outputs_are_the_same_elsewhere_and_whatever_else_is_there(root):
    key = keys.of_outputs(root)
    shutil.copytree(root, root.with_name("another"))
    assert keys.of_outputs(root.with_name("another")) == key
    for name in ("charrnn/.draft.py", "charrnn/notes.md", "book/page.md"):
        (root / name).write_text("other", "utf-8")
    assert keys.of_outputs(root) == key


@pytest.mark.parametrize("name", FILES)
def test_outputs_follow_the_package_the_programs_and_the_records(root, name):
    before = keys.of_outputs(root)
    (root / name).write_text("edited", "utf-8")
    assert keys.of_outputs(root) != before


def test_outputs_follow_versions_kernels_and_trusted_models(
    root, tmp_path, monkeypatch
):
    kernels, model = tmp_path / "kernels.py", tmp_path / "a-1.safetensors"
    kernels.write_text("# edited", "utf-8")
    model.write_bytes(b"a model")
    key = keys.of_outputs(root)
    for place, name, value in [
        (metadata, "version", lambda _: "99"),
        (keys, "KERNELS", kernels),
        (keys, "trusted_models", lambda: [model]),
        (keys, "processor", lambda _: "another"),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            assert keys.of_outputs(root) != key, name


def test_a_processor_is_its_vendor_and_its_vectors():
    intel = keys.processor(CPUINFO)
    assert keys.processor(CPUINFO.replace(" ht", "")) == intel
    assert keys.processor(CPUINFO.replace("avx2", "avx512f")) != intel
    assert keys.processor(CPUINFO.replace("Genuine", "Other")) != intel
    assert keys.processor("")  # where there is no such file


def test_pages_follow_the_extension_into_its_folders(tmp_path):
    copy = shutil.copytree(keys.EXTENSION, tmp_path / "chapter")
    assert keys.of_folder(copy) == keys.of_extension()
    (copy / "theme" / "more.py").touch()
    assert keys.of_folder(copy) != keys.of_extension()
