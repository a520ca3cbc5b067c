"""Grading, without a worker: what comes in, the rubric, marks, reports."""

import ast
import csv
import inspect
import io
import json
import math
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
import torch
from shared.site import ROOT

import charrnn
from charrnn import kit
from charrnn.checks import CHECKS
from charrnn.grade import __main__ as command
from charrnn.grade import hand_in, report, rubric, worker
from charrnn.grade.hand_in import HandIn
from charrnn.grade.marking import Result, decode, mark
from charrnn.grade.sandbox import Outcome, note

FUNCTIONS = [name for name in CHECKS if callable(getattr(charrnn, name, 0))]


def notebook(*sources, tags=()):
    cells = [
        {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": s}
        for s in sources
    ]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def zipped(files):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return kept.getvalue()


def encrypted():
    data = bytearray(zipped({"lab.ipynb": notebook("1")}))
    for header, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(header) + place] |= 1  # the flag, as zip sets it
    return bytes(data)


def reasons(folder):
    return {found.name: found.reason for found in hand_in.find([folder])}


def test_what_is_no_notebook_has_its_reason(tmp_path):
    for name, data in {
        "empty.ipynb": b" \n",
        "text.ipynb": b"hello",
        "binary.ipynb": b"\xff\x00",
        "deep.ipynb": b"[" * 100_000,
        "list.ipynb": b"[]",
        "old.ipynb": b'{"worksheets": []}',
        "torn.zip": b"PK\3\4 and no more",
        "none.zip": zipped({"a.txt": b""}),
        "secret.zip": encrypted(),
    }.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.ipynb").write_bytes(notebook("1"))
    found = reasons(tmp_path)
    said = {
        "empty": "an empty file",
        "text": "no notebook: Expecting value",
        "binary": "no notebook: 'utf-8' codec",
        "deep": "no notebook: ",
        "list": "no notebook of format 4",
        "old": "no notebook of format 4: open it in Jupyter and save it",
        "torn.zip": "no zip that can be read",
        "none.zip": "a zip without a notebook",
        "secret.zip/lab": "encrypted: ask for it",
    }
    assert found.pop("good") == ""
    assert found.keys() == said.keys()
    for name, reason in said.items():
        assert found[name].startswith(reason), name
    (tmp_path / "folder").mkdir()
    assert reasons(tmp_path / "folder") == {
        "folder": "a folder without a notebook"
    }
    assert "no file" in reasons(tmp_path / "nowhere")["nowhere"]


def test_notebooks_are_found_in_folders_and_zips_and_kept_apart(tmp_path):
    for name in ("anna", "ben", "ben/.ipynb_checkpoints"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lab.ipynb").write_bytes(notebook("1"))
    assert reasons(tmp_path) == {"anna": "", "ben": ""}
    members = "lab.ipynb", "__MACOSX/._lab.ipynb", "../../x.ipynb", "a.pdf"
    data = zipped(dict.fromkeys(members, notebook("1")))
    (tmp_path / "anna.zip").write_bytes(data)
    found = reasons(tmp_path)
    assert set(found) == {
        "anna/lab", "ben/lab", "anna.zip/lab", "anna.zip/../../x",
    }  # fmt: skip
    assert not (tmp_path.parents[1] / "x.ipynb").exists()
    twice = hand_in.find([tmp_path, tmp_path / "anna" / "lab.ipynb"])
    assert len(twice) == len(found)


def test_a_zip_in_a_zip_is_read_though_not_without_end(tmp_path):
    data = notebook("1")
    for depth in range(4):
        data = zipped({"inner.zip" if depth else "lab.ipynb": data})
        file = tmp_path / f"{depth}.zip"
        file.write_bytes(data)
        (found,) = hand_in.find([file])
        assert ("too deep" in found.reason) == (depth == 3)


def test_a_large_notebook_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(hand_in, "SIZE", 10_000)
    large = notebook("1" * 20_000)
    (tmp_path / "a.ipynb").write_bytes(large)
    (tmp_path / "b.zip").write_bytes(zipped({"lab.ipynb": large}))
    assert all(map(str.startswith, reasons(tmp_path).values(), ["larger"] * 2))


def test_cells_are_those_with_code(tmp_path):
    cells = [
        1,
        {"cell_type": "markdown", "source": "x"},
        {"cell_type": "code", "source": ["a = 1\n", "b = 2", None]},
        {"cell_type": "code", "metadata": {}},
    ]
    data = b"\xef\xbb\xbf" + json.dumps({"cells": cells}).encode()
    assert hand_in.code_cells(data) == ["a = 1\nb = 2", ""]


def test_the_rubric_shipped_marks_every_property():
    shipped = rubric.load()
    assert {name: set(table) for name, table in shipped.points.items()} == {
        name: set(check.properties) for name, check in CHECKS.items()
    }
    assert list(shipped.points) == list(CHECKS)
    assert shipped.settings == {"num_epochs": 2}
    assert rubric.Limits() == shipped.limits


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rnn", "Expected"),
        ("[rrn]\nstate = 1", "no check is named 'rrn'; there are minibatch,"),
        ("rnn = 3", r"\[rnn\] is to be a table"),
        ("[rnn]\nstat = 1", r"\[rnn\] has no property 'stat'; it has outputs"),
        ("[rnn]\nstate = -1", r"\[rnn\] state .* 0 or more, not -1"),
        ("[rnn]\nstate = nan", "not nan"),
        ("[rnn]\nstate = true", "not True"),
        ("[rnn]\nstate = 'x'", "not 'x'"),
        ("[rnn]\nstate = 0", "no point to be had"),
        ("[limits]\ncel = 1", r"\[limits\] has no 'cel'; it has cell,"),
        ("[limits]\ncell = 0", "above 0, not 0"),
        ("[limits]\nmemory = 1.5", "whole number"),
        ("[settings]\n'a b' = 1", "a b is no variable"),
        ("[settings]\na = []", "a is no variable"),
        ("settings = 1", "table of variables"),
    ],
)
def test_a_wrong_rubric_is_said_to_be(tmp_path, text, said):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=f"mine.toml: .*{said}"):
        rubric.load(file)


def some_rubric(tmp_path, text):
    (tmp_path / "mine.toml").write_text(text)
    return rubric.load(tmp_path / "mine.toml")


def transported(check, attempt, seed):
    seen = CHECKS[check].probe(attempt, seed=seed)
    return json.loads(json.dumps(seen, default=worker.encode))


def test_the_functions_of_the_package_are_among_the_checks():
    assert len(FUNCTIONS) == 8 and FUNCTIONS[-1] == "train_rnn"


@pytest.mark.parametrize("check", FUNCTIONS)
def test_right_functions_have_full_marks_for_the_case_chosen(check):
    marks = replace(rubric.load(), points={check: rubric.load().points[check]})
    seen = transported(check, getattr(charrnn, check), seed=3)
    outcome = Outcome(seen={check: seen})
    assert mark(outcome, marks, seed=3).total == marks.most


def test_what_was_right_for_another_case_is_wrong():
    marks = replace(rubric.load(), points={"rnn": rubric.load().points["rnn"]})
    outcome = Outcome(seen={"rnn": transported("rnn", charrnn.rnn, seed=4)})
    assert outcome.seen["rnn"]["seed"] == 4
    assert mark(outcome, marks, seed=3).total == 0


def test_points_are_given_by_property(tmp_path):
    marks = some_rubric(tmp_path, "[one_hot]\nshape = 2\ndtype = 0.5")

    def one_hot(X, V):  # of integers
        return torch.nn.functional.one_hot(X.T, V)

    seen = transported("one_hot", one_hot, seed=0)
    result = mark(Outcome(seen={"one_hot": seen}), marks, seed=0)
    assert (result.total, marks.most) == (2, 2.5)
    (complaint,) = result.complaints
    assert complaint["properties"] == ["dtype"]
    assert dict(complaint["lines"])["Expected"].startswith("numbers of float")


@pytest.mark.parametrize("data", [
    None, 1, "x", [], {}, {"got": 1}, {"got": {"kind": "Tensor"}},
    {"tensor": ["float32", [1], [1]]},
    *({"got": {"kind": "Tensor", "data": {"tensor": tensor}}} for tensor in (
        1, [], ["float32", [10**12, 0], []], ["float32", [2], [1]],
        ["eval", [1], [1]], ["float32", ["1"], [1]],
        ["float32", [1], ["x"]], ["int64", [1], [1e99]],
    )),
])  # fmt: skip
def test_malformed_data_is_no_point_and_a_complaint(tmp_path, data):
    marks = some_rubric(tmp_path, "[one_hot]\nshape = 1\nvalues = 1")
    result = mark(Outcome(seen={"one_hot": data}), marks, seed=0)
    assert result.points == {"one_hot": 0}
    (complaint,) = result.complaints
    assert dict(complaint["lines"])["Came"].startswith("malformed data")


def test_tensors_come_as_they_were_sent():
    values = [0.1, math.inf, -math.inf, 1e-45]
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        sent = torch.tensor([values, values], dtype=dtype)
        line = json.dumps([{"a": sent}, (1, None)], default=worker.encode)
        (table, pair) = decode(json.loads(line))
        assert table["a"].dtype == dtype and torch.equal(table["a"], sent)
        assert pair == [1, None]
    sent = torch.empty(0, 3, dtype=torch.int64)
    came = decode(json.loads(json.dumps(sent, default=worker.encode)))
    assert came.shape == (0, 3) and came.dtype == torch.int64
    with pytest.raises(TypeError, match="object is no plain data"):
        json.dumps(object(), default=worker.encode)


def test_what_no_worker_says_is_passed_over():
    outcome = Outcome()
    for message in (
        {"step": "x" * 99, "error": "y"}, {"check": {}, "missing": 1},
        {"points": {"rnn": 99}}, {"step": ["check rnn"]}, {"note": [1]},
    ):  # fmt: skip
        assert note(message, outcome) == ""
    assert outcome.errors == {} and outcome.seen == {}
    assert note({"step": "check rnn", "error": 5}, outcome) == "check rnn"
    assert outcome.errors == {"check rnn": "5"}


EVIL = "<script>alert(1)</script> | `x` [a](javascript:b) \ud800\x1b[31m"


def evil():
    """Return a hand-in and a result that are full of markup."""
    found = hand_in.give_names([HandIn((hand_in.readable(EVIL) + ".ipynb",))])
    marks = rubric.load()
    outcome = Outcome(errors={"check rnn": EVIL, "code cell 1": EVIL * 99})
    return found[0], mark(outcome, marks, 0), marks


def test_reports_hold_no_markup_of_students():
    page, text = report.html(*evil()), report.markdown(*evil())
    for written in (page, text):
        assert "<script" not in written and "\x1b" not in written
        written.encode("utf-8")
        assert "code cell 1: &lt;script&gt;alert" in written.replace("\\", "")
        assert len(written) < 20_000
    assert "](" not in text and r"\`x\`" in text
    assert "<dt>Came<dd>&lt;script&gt;alert(1)" in page
    assert "http" not in page and "src=" not in page


def test_tables_and_files_bear_any_name(tmp_path):
    names = ["=1+1", "../../x", "Zoë", "zoë", "con/x", "..", 'a,b"c', "\u202e"]
    graded = [
        (HandIn((str(i),), name=hand_in.readable(name)), Result(reason="-1"))
        for i, name in enumerate(names)
    ]  # fmt: skip
    marks = rubric.load()
    report.write(graded, marks, tmp_path)
    files = sorted(file.name.casefold() for file in tmp_path.iterdir())
    assert len(set(files)) == 2 * len(names) + 1
    text = (tmp_path / "marks.csv").read_text("utf-8")
    first, *_, last = csv.DictReader(io.StringIO(text))
    assert (first["student"], first["remark"]) == ("'=1+1", "'-1")
    assert (last["of"], last["rnn"]) == (f"{marks.most:g}", "0")
    lines = report.table(graded, marks).splitlines()
    assert lines[1].startswith("=1+1") and lines[1].endswith("  -1")
    assert f"7 rnn ({marks.of('rnn'):g})" in lines[-1]


def statements(sources):
    """Return the assignments and results of sources that are no trifles."""
    nodes = [node for text in sources for node in ast.walk(ast.parse(text))]
    kinds = ast.Assign | ast.AugAssign | ast.Return
    found = {ast.unparse(n) for n in nodes if isinstance(n, kinds)}
    return {text for text in found if len(text) > 35}


def test_what_runs_beside_an_attempt_has_no_judges():
    alone, whole = kit.sources(False), kit.sources(True)
    judges = {f"checks/{name}.py" for name in kit.JUDGES}
    assert judges == set(whole) - set(alone)
    assert "library(" not in "".join(alone.values())


def test_the_kit_is_the_same_each_time_and_solves_nothing(tmp_path):
    assert kit.pack() == kit.pack()
    with zipfile.ZipFile(io.BytesIO(kit.pack())) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert "charrnn/checks/probes.py" in names
    assert not set(names) & {
        "charrnn/model.py", "charrnn/prediction.py", "charrnn/training.py",
        "charrnn/checks/mistakes.py",
    }  # fmt: skip
    solved = [inspect.getsource(getattr(charrnn, name)) for name in FUNCTIONS]
    line = "H = torch.tanh(X @ W_xh + H @ W_hh + b_h)"
    assert line in statements(solved)
    assert not statements(solved) & statements(kit.sources(True).values())
    code = (
        "import sys, charrnn\n"
        "print(charrnn.__file__, *charrnn.__all__)\n"
        "charrnn.load_data_time_machine(32, 35)\n"
        "unwanted = {'matplotlib', 'safetensors', 'filelock', 'wasmtime'}\n"
        "print(unwanted & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8",
        cwd=tmp_path, check=True,
    )  # fmt: skip
    first, loaded = result.stdout.splitlines()
    place = str(tmp_path / "charrnn" / "__init__.py")
    exported = ["History", "Vocab", "check", "load_data_time_machine"]
    assert first.split() == [place, *exported]
    assert loaded == "set()"


@pytest.mark.parametrize("arguments", [
    [], ["nowhere.ipynb"], ["--jobs", "0", "."], ["--seed", "x", "."],
    ["--rubric", "nowhere.toml", "."], ["--output", "pyproject.toml", "."],
])  # fmt: skip
def test_wrong_use_is_said_at_once(arguments, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["grade", *arguments])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    printed = capsys.readouterr()
    assert printed.out == "" and "error: " in printed.err


def test_the_corpus_is_found_from_another_folder_too(
    tmp_path, monkeypatch, capsys
):
    text = tmp_path / "text.txt"
    text.write_text("the time machine", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARRNN_CORPUS", text.name)
    assert command.read_corpus() == "the time machine"
    assert os.environ["CHARRNN_CORPUS"] == str(text)
    monkeypatch.setenv("CHARRNN_CORPUS", "nowhere.txt")
    monkeypatch.setattr(sys, "argv", ["grade", "."])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert "nowhere.txt, which CHARRNN_CORPUS" in capsys.readouterr().err


def test_a_cell_is_named_by_its_first_line_of_code():
    errors = {"code cell 2": "ValueError: 1", "code cell 9": "ValueError: 2"}
    cells = ["x = 1", "# a comment\n\n  y = 2\nz = 3"]
    result = mark(Outcome(errors=errors), rubric.load(), 0, cells)
    first, second = result.trouble
    assert first == "code cell 2 (y = 2): ValueError: 1"
    assert second == "code cell 9: ValueError: 2"
    found = [(HandIn(("a",), name="a"), result)]
    assert "remarks in the report: 2" in report.table(found, rubric.load())
