"""Keys follow all that they stand for, wherever the files are."""

import shutil
import sys
from importlib import metadata, resources

import pytest
from chapter import keys

NOVEL = "word_text_counter/data/time_machine.txt"
FILES = [
    "charrnn/corpus.py",
    "charrnn/figures/text.py",
    "book/whole.py",
    "experiments/ladder.json",
    "benchmarks/train.json",
]
CPUINFO = "vendor_id\t: GenuineIntel\nflags\t\t: fpu avx avx2 fma ht\n"


@pytest.fixture(autouse=True)
def no_trusted_models(monkeypatch):
    """Let no model be trusted, and none be remembered."""
    monkeypatch.delenv("CHARRNN_TRUSTED", raising=False)
    keys.trusted_models.cache_clear()
    yield
    keys.trusted_models.cache_clear()


@pytest.fixture
def root(tmp_path):
    """Make a checkout with a file of each kind."""
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
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("other", "utf-8")
    assert keys.of_outputs(root) == key


@pytest.mark.parametrize("name", FILES)
def test_outputs_follow_the_package_the_programs_and_the_records(root, name):
    file = root / name
    before = keys.of_outputs(root)
    file.write_text("edited", "utf-8")
    edited = keys.of_outputs(root)
    renamed = file.rename(file.with_stem("renamed"))
    moved = keys.of_outputs(root)
    renamed.unlink()
    assert len({before, edited, moved, keys.of_outputs(root)}) == 4


@pytest.mark.parametrize("name", keys.PACKAGES)
def test_outputs_follow_versions(root, name, monkeypatch):
    key, found = keys.of_outputs(root), metadata.version
    monkeypatch.setattr(
        metadata, "version", lambda n: "99" if n == name else found(n)
    )
    assert keys.of_outputs(root) != key


def test_outputs_follow_python_the_novel_the_kernels_and_the_processor(
    root, tmp_path, monkeypatch
):
    novel, kernels = tmp_path / NOVEL, tmp_path / "kernels.py"
    novel.parent.mkdir(parents=True)
    novel.write_text("Another edition.", "utf-8")
    kernels.write_bytes(keys.KERNELS.read_bytes() + b"# edited\n")
    key = keys.of_outputs(root)
    for place, name, value in [
        (sys, "version", "3.99"),
        (resources, "files", tmp_path.joinpath),
        (keys, "KERNELS", kernels),
    ]:
        with monkeypatch.context() as context:
            context.setattr(place, name, value)
            assert keys.of_outputs(root) != key, name
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    assert keys.of_outputs(root) != key


def test_a_processor_is_its_vendor_and_its_vectors():
    intel = keys.processor(CPUINFO)
    assert keys.processor(CPUINFO.replace(" ht", "")) == intel
    assert keys.processor(CPUINFO.replace("avx2", "avx512f")) != intel
    assert keys.processor(CPUINFO.replace("Genuine", "Other")) != intel
    assert keys.processor("")  # where there is no such file


def test_outputs_follow_the_models_that_are_trusted(
    root, tmp_path, monkeypatch
):
    key = keys.of_outputs(root)
    model = tmp_path / "a-1.safetensors"
    model.write_bytes(b"a model")
    monkeypatch.setenv("CHARRNN_TRUSTED", str(tmp_path))
    keys.trusted_models.cache_clear()
    trusted = keys.of_outputs(root)
    assert trusted != key and keys.of_outputs(root) == trusted
    model.write_bytes(b"another model")
    assert keys.of_outputs(root) not in (trusted, key)


def test_pages_follow_the_extension_into_its_folders(tmp_path, monkeypatch):
    key = keys.of_extension()
    copy = tmp_path / "chapter"
    shutil.copytree(keys.EXTENSION, copy)
    monkeypatch.setattr(keys, "EXTENSION", copy)
    assert keys.of_extension() == key
    for part in copy.glob("*/*.py"):
        before = part.read_bytes()
        part.write_bytes(before + b"# edited\n")
        assert keys.of_extension() != key, part
        part.write_bytes(before)
    (copy / "page" / "more.py").touch()
    assert keys.of_extension() != key
