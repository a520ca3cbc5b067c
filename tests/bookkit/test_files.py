"""Files that hold earlier results, and the machine that made them."""

import os

import pytest

from bookkit import files, machine

CPU = {
    "vendor_id|CPU implementer": "GenuineIntel",
    "flags|Features": "fpu avx2 avx fma ht",
}


def test_the_content_of_a_folder_is_the_names_in_it(tmp_path):
    contents = [files.content(tmp_path)]
    for name in ("one", ".hidden", "__pycache__"):
        (tmp_path / name).mkdir()
        contents.append(files.content(tmp_path))
    empty, one, *others = contents
    assert empty != one and others == [one, one]
    assert files.content(tmp_path / "none") == ""


def test_a_file_is_kept_whole_or_not_at_all(tmp_path):
    def fail(draft):
        draft.write_text("half", "utf-8")
        raise OSError("no space left")

    file = tmp_path / "folder" / "text.txt"
    files.keep_text(file, "whole")
    with pytest.raises(OSError, match="no space"):
        files.keep(file, fail)
    assert file.read_text("utf-8") == "whole"
    assert [*file.parent.iterdir()] == [file]


def test_the_most_recently_used_files_of_a_name_are_kept(tmp_path):
    made = []
    for age in range(files.KEPT + 2):
        for name in ("one", "one-two"):
            made.append(tmp_path / f"{name}-{files.checksum(str(age))}.txt")
            files.keep_text(made[-1], "")
            os.utime(made[-1], (1000 + age,) * 2)
    kept = {file for file in made if file.exists()}
    assert kept == set(made[-2 * files.KEPT :])


def test_a_processor_is_its_vendor_and_vector_instructions(monkeypatch):
    monkeypatch.setattr(machine, "find_fact", CPU.get)
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")
    assert machine.describe_processor() == "GenuineIntel avx avx2 fma avx2"
