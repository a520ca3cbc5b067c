"""Keys change with everything that they stand for."""

import shutil
from importlib import metadata

import pytest
from chapter import keys

FILES = [
    "charrnn/corpus.py",
    "bookkit/figures/text.py",
    "bookkit/figures/literata.ttf",
    "widgets/bundle.py",
    "widgets/src/moving/player.mjs",
    "coursework/checks/values.py",
    "book/whole.py",
    "studies/ladder.json",
    "studies/train.json",
]
CPUINFO = "vendor_id\t: GenuineIntel\nflags\t\t: fpu avx avx2 fma ht\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Make a checkout with a file of each kind, and no trusted models."""
    monkeypatch.setattr(keys, "trusted_models", list)
    root = tmp_path / "checkout"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"of {name}", "utf-8")
    return root


def test_the_key_ignores_the_folder_and_other_files(root):
    key = keys.outputs_key(root)
    shutil.copytree(root, root.with_name("another"))
    assert keys.outputs_key(root.with_name("another")) == key
    for name in (
        "charrnn/.draft.py",
        "widgets/package.json",
        "book/page.md",
    ):
        (root / name).write_text("other", "utf-8")
    assert keys.outputs_key(root) == key


@pytest.mark.parametrize("name", FILES)
def test_the_key_changes_with_each_file_outputs_depend_on(root, name):
    before = keys.outputs_key(root)
    (root / name).write_text("edited", "utf-8")
    assert keys.outputs_key(root) != before


def test_the_key_changes_with_versions_kernels_and_trusted_models(
    root, tmp_path, monkeypatch
):
    kernels, model = tmp_path / "kernels.py", tmp_path / "a-1.safetensors"
    kernels.write_text("# edited", "utf-8")
    model.write_bytes(b"a model")
    key = keys.outputs_key(root)
    for place, name, value in [
        (metadata, "version", lambda _: "99"),
        (keys, "KERNELS", kernels),
        (keys, "trusted_models", lambda: [model]),
        (keys, "processor", lambda _: "another"),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            assert keys.outputs_key(root) != key, name


def test_a_processor_is_its_vendor_and_vector_instructions():
    intel = keys.processor(CPUINFO)
    assert keys.processor(CPUINFO.replace(" ht", "")) == intel
    assert keys.processor(CPUINFO.replace("avx2", "avx512f")) != intel
    assert keys.processor(CPUINFO.replace("Genuine", "Other")) != intel
    assert keys.processor("")  # where there is no such file


def test_the_key_of_the_extension_covers_its_folders(tmp_path):
    copy = shutil.copytree(keys.EXTENSION, tmp_path / "chapter")
    assert keys.folder_key(copy) == keys.folder_key(keys.EXTENSION)
    (copy / "theme" / "more.py").touch()
    assert keys.folder_key(copy) != keys.folder_key(keys.EXTENSION)
