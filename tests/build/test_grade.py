"""Grading, with workers: thirty hand-ins, whatever they do."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from textwrap import dedent

import pytest
from shared.site import ROOT
from shared.tools import ctrl_c

from charrnn.grade.rubric import Limits
from charrnn.grade.sandbox import Sandbox

RUBRIC = """
vectors = {shape = 1, values = 1}
one_hot = {shape = 1, values = 1, dtype = 1}
init_rnn_state = {tuple = 1, zeros = 1}
settings = {num_epochs = 2}
limits = {cell = 3, notebook = 60, memory = 1024}
"""
START = """
import torch, charrnn
from torch.nn import functional as F
"""
DATA = """
train_iter, vocab = charrnn.load_data_time_machine(32, 35)
vectors = F.one_hot(torch.tensor([0, 2]), len(vocab))
charrnn.check("vectors")
"""
ONE_HOT = """
def one_hot(X, vocab_size):
    return F.one_hot(X.T, vocab_size).float()
charrnn.check("one_hot", one_hot)
"""
STATE = """
def init_rnn_state(batch_size, num_hiddens):
    return (torch.zeros(batch_size, num_hiddens),)
charrnn.check("init_rnn_state", init_rnn_state)
"""
RENAMED = ONE_HOT.replace("def one_hot", "def mine").replace(
    ", one_hot", ", mine"
)
GOOD = START, DATA, ONE_HOT, STATE
ALL = 7

# Each stands between good cells, and takes no point of theirs.
HARMLESS = {
    "loop": "while True: pass",
    "loop_that_catches": """
        while True:
            try:
                while True: pass
            except BaseException: pass
    """,
    "no_alarm": """
        import signal
        signal.setitimer(signal.ITIMER_REAL, 0)
        while True: pass
    """,
    "exception": "1 / 0",
    "interrupt": "raise KeyboardInterrupt",
    "odd_exception": """
        class Odd(BaseException):
            def __str__(self): raise SystemExit
        raise Odd
    """,
    "syntax": "def",
    "exit": "exit()",
    "sys_exit": "import sys; sys.exit(1)",
    "os_exit": "import os; os._exit(0)",
    "abort": "import os; os.abort()",
    "output": "while True: print('x' * 1_000_000)",
    "memory": "kept = []\nwhile True: kept.append(bytearray(10**8))",
    "disk": """
        for number in range(9):
            with open(str(number), "wb") as file:
                while True: file.write(bytes(10**7))
    """,
    "delete": """
        import os, shutil
        for place in (os.getcwd(), os.path.dirname(charrnn.__file__),
                      os.path.dirname(torch.__file__), PACKAGE):
            shutil.rmtree(place, ignore_errors=True)
        os.remove(PACKAGE + "/model.py")
    """,
    "fork_bomb": """
        import os
        while True:
            try: os.fork()
            except OSError: break
        os.system("echo | tee /dev/full & sleep 1000 &")
    """,
    "kill": """
        import os
        for process in (os.getppid(), 1, -1, 0):
            try: os.kill(process, 9)
            except OSError: pass
        os.killpg(0, 9)
    """,
    "network": """
        import socket
        socket.create_connection(("127.0.0.1", 9), 1)
    """,
    "commands": "!pip install charrnn\n%pip list\n%matplotlib inline",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "flood": """
        import os
        for stream in range(3, 256):
            try:
                while True: os.write(stream, b'{"step": "x"}' + b"\\n" * 9999)
            except OSError: pass
    """,
}
# These want the solution, or points, and get neither.
CHEATS = {
    "import": "import charrnn.model\none_hot = charrnn.model.one_hot",
    "reimport": """
        import sys
        for name in [n for n in sys.modules if n.startswith("charrnn")]:
            del sys.modules[name]
        sys.path.insert(0, os.path.dirname(PACKAGE))
        from charrnn.model import one_hot, init_rnn_state
    """,
    "open": "exec(open(PACKAGE + '/model.py').read())",
    "numpy": """
        import numpy
        exec(bytes(numpy.fromfile(PACKAGE + "/model.py", "uint8")).decode())
    """,
    "inspect": """
        import inspect
        import charrnn.checks.probes, charrnn.checks.cases
        for module in (charrnn.checks.probes, charrnn.checks.cases):
            if "F.one_hot(X.T, vocab_size)" in inspect.getsource(module):
                exec(inspect.getsource(module))
        exec(inspect.getsource(charrnn.model))
    """,
    "judges": """
        from charrnn.checks import network
        one_hot = network.library
    """,
    "patch": """
        from charrnn.checks import probes
        torch.equal = torch.allclose = lambda *_, **__: True
        for name in list(vars(probes)):
            if callable(getattr(probes, name)):
                setattr(probes, name, lambda *_, **__: {"seed": 0})
        probes.PROBES.clear()
        one_hot = init_rnn_state = lambda *_: None
    """,
    "fake": """
        import json, os
        fakes = [{"done": True}, {"points": {"one_hot": 3}}, {"check": {}}]
        for name in ("vectors", "one_hot", "init_rnn_state"):
            for seen in ({}, {"got": {"kind": "Tensor"}}, {"seed": 1}):
                fakes.append({"check": name, "seen": seen, "points": 9,
                              "passed": True, "complaints": {}})
        for stream in range(256):
            for fake in [*fakes, "[" * 99999]:
                try: os.write(stream, json.dumps(fake).encode() + b"\\n")
                except OSError: break
    """,
}  # fmt: skip
OTHERS = {
    "good": (ALL, GOOD),
    "empty": (0, ()),
    "missing": (5, (START, DATA, ONE_HOT)),
    "reordered": (ALL, (STATE, ONE_HOT, DATA, START)),
    "renamed": (ALL, (START, DATA, RENAMED, STATE)),
    "partial": (6, (START, DATA, ONE_HOT.replace(".float()", ""), STATE)),
    "endless_function": (4, (
        START, DATA, "def one_hot(*_):\n    while True: pass", STATE,
    )),
    "deadly_function": (5, (
        START, DATA, ONE_HOT, "import os\ndef init_rnn_state(*_): os._exit(0)",
    )),
}  # fmt: skip


def write_notebook(file, cells):
    package = f"import os\nPACKAGE = {str(ROOT / 'charrnn')!r}\n"
    sources = [package, *map(dedent, cells)]
    cells = [{"cell_type": "code", "source": text} for text in sources]
    file.write_text(json.dumps({"cells": cells, "nbformat": 4}), "utf-8")


@pytest.fixture(scope="module")
def hand_ins(tmp_path_factory):
    """Write all notebooks in a folder; return it, and the points of each."""
    folder = tmp_path_factory.mktemp("hand_ins")
    cases = dict(OTHERS)
    for name, cell in HARMLESS.items():
        cases[name] = ALL, (START, cell, DATA, ONE_HOT, STATE)
    for name, cell in CHEATS.items():
        cases[name] = 0, (START, cell)
    for name, (_, cells) in cases.items():
        write_notebook(folder / f"{name}.ipynb", cells)
    (folder / "no_notebook.ipynb").write_text("hello")
    points = {name: of for name, (of, _) in cases.items()}
    return folder, points | {"no_notebook": 0}


def command(folder, output):
    (folder / "rubric.toml").write_text(RUBRIC)
    return [
        sys.executable, "-m", "charrnn.grade", folder, "--output", output,
        "--rubric", folder / "rubric.toml", "--jobs", "2",
    ]  # fmt: skip


def grade(folder, output):
    result = subprocess.run(
        command(folder, output), capture_output=True, encoding="utf-8",
        cwd=ROOT, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return result.stdout


def stopped_midway(folder, output, sent, after):
    """Grade until some are done, send a signal, and return what is said."""
    with subprocess.Popen(
        command(folder, output), cwd=ROOT, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        done = 0
        while done < after:
            done += process.stdout.readline().startswith("[")
        process.send_signal(sent)
        _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def read(report):
    return report.read_text("utf-8").replace("\\", "")


def workers():
    """Return the processes that still run a worker."""
    found = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, encoding="utf-8"
    )
    return [
        row for row in found.stdout.splitlines() if "/kit/worker.py" in row
    ]


def none_is_left(seconds=20):
    """Return whether the workers of a grader that was killed end as well."""
    end = time.monotonic() + seconds
    while workers() and time.monotonic() < end:
        time.sleep(0.2)
    return not workers()


@ctrl_c
def test_thirty_hand_ins_stopped_twice_have_the_marks_that_are_theirs(
    hand_ins, tmp_path
):
    folder, points = hand_ins
    assert len(points) >= 30
    start = time.monotonic()
    code, errors = stopped_midway(folder, tmp_path, signal.SIGINT, 8)
    assert code == 130
    assert errors == "interrupted: what is graded is kept; run it again\n"
    assert workers() == []
    code, errors = stopped_midway(folder, tmp_path, signal.SIGKILL, 16)
    assert (code, errors) == (-signal.SIGKILL, "")
    assert none_is_left()
    kept = {f: f.stat().st_mtime_ns for f in (tmp_path / "results").iterdir()}
    assert len(kept) >= 12
    printed = grade(folder, tmp_path)
    assert time.monotonic() - start < 180
    assert all(f.stat().st_mtime_ns == at for f, at in kept.items())
    table = (tmp_path / "marks.csv").read_text("utf-8")
    rows = {row["student"]: row for row in csv.DictReader(table.splitlines())}
    assert {name: float(rows[name]["points"]) for name in rows} == points
    assert printed.count("[") == len(points)
    for name in rows:
        for kind in ("md", "html"):
            assert name in read(tmp_path / f"{name}.{kind}")
    assert "took longer than 3 s" in rows["loop"]["remark"]
    assert "ended the process" in rows["os_exit"]["remark"]
    assert "not run: !pip install charrnn" in rows["commands"]["remark"]
    assert "ZeroDivisionError" in rows["exception"]["remark"]
    assert "not there yet: init_rnn_state" in read(tmp_path / "missing.md")
    assert rows["reordered"]["remark"] == ""
    assert (ROOT / "charrnn" / "model.py").exists()
    grade(folder, tmp_path)  # from what is kept alone
    assert (tmp_path / "marks.csv").read_text("utf-8") == table


@pytest.mark.proof
def test_an_undisturbed_run_gives_the_same_table(hand_ins, tmp_path):
    folder, _ = hand_ins
    stopped_midway(folder, tmp_path / "a", signal.SIGKILL, 10)
    tables = []
    for output in (tmp_path / "a", tmp_path / "b"):
        grade(folder, output)
        tables.append((output / "marks.csv").read_text("utf-8"))
    assert tables[0] == tables[1]


@pytest.fixture(params=[True, False], ids=["isolated", "fenced"])
def sandbox(request):
    box = Sandbox(Limits(cell=5, notebook=60), isolated=request.param)
    try:
        box.run({"cells": [], "needs": {}, "settings": {}, "seed": 0})
    except OSError as error:
        if not request.param:
            raise
        pytest.skip(f"namespaces cannot be made here: {error}")
    return box


def test_what_a_worker_sees_of_the_machine(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "hunter2")
    (tmp_path / "marks.csv").write_text("anna,7")
    tries = {
        "solution": f"open({str(ROOT / 'charrnn' / 'model.py')!r}).read()",
        "page": f"open({str(ROOT / 'book' / 'whole.py')!r}).read()",
        "project": f"os.listdir({str(ROOT)!r})",
        "marks": f"open({str(tmp_path / 'marks.csv')!r}).read()",
        "written": f"open({str(tmp_path / 'x')!r}, 'w')",
        "library": "open(os.path.dirname(os.__file__) + '/x', 'w')",
        "variable": "os.environ['SECRET']",
        "grader": "open(f'/proc/{os.getppid()}/environ').read()[:0] + 1",
        "program": "subprocess.check_output(['id'])",
        "network": "socket.create_connection(('127.0.0.1', 22), 1)",
        "input": "input()",
        "library_of_c": "ctypes.CDLL(None).fork()",
    }
    cells = ["import ctypes, os, socket, subprocess", *tries.values()]
    good = [
        "open('mine', 'w').write('x')",
        "assert open('mine').read() == 'x'",
    ]
    cells = [*cells, *good]
    outcome = sandbox.run(
        {"cells": cells, "needs": {}, "settings": {}, "seed": 0}
    )
    failed = [int(name.split()[2]) for name in outcome.errors]
    assert failed == [i + 2 for i in range(len(tries))], outcome.errors
    assert list(tmp_path.iterdir()) == [tmp_path / "marks.csv"]


def test_what_a_notebook_has_set_is_set_anew_wherever_it_was(sandbox):
    cells = ["epochs, lr = 500, 1", "assert (epochs, lr) == (2, 1)", "other"]
    outcome = sandbox.run({
        "cells": cells, "needs": {}, "settings": {"epochs": 2, "other": 3},
        "seed": 0,
    })  # fmt: skip
    (said,) = outcome.errors.values()
    assert "NameError" in said and list(outcome.errors) == ["code cell 3"]


def test_namespaces_hold_what_goes_around_python(tmp_path):
    """Try what the fence would stop, where there is none."""
    box = Sandbox(Limits(cell=5, notebook=60), isolated=True)
    if sys.platform != "linux":
        pytest.skip("namespaces are a matter of Linux")
    code = dedent(f"""
        import json, os, socket, subprocess, sys
        sys.stdin.readline()
        found = {{
            "project": os.path.exists({str(ROOT / "charrnn" / "model.py")!r}),
            "marks": os.path.exists({str(tmp_path)!r}),
            "processes": len([p for p in os.listdir("/proc") if p.isdigit()]),
        }}
        def tried(name, *command):
            done = subprocess.run(command, capture_output=True)
            found[name] = done.returncode == 0
        mount = "mount", "-o", "remount,bind,rw", "/usr"
        tried("mount", *mount)
        tried("again", "unshare", "-Urm", *mount)
        try:
            open("/usr/x", "w"); found["usr"] = True
        except OSError: found["usr"] = False
        try:
            socket.create_connection(("127.0.0.1", 9), 1)
        except OSError as error: found["net"] = error.errno
        print(json.dumps({{"note": json.dumps(found)}}), flush=True)
        print('{{"ready": 1}}', flush=True)
        print('{{"done": 1}}', flush=True)
    """)
    prepare = box.prepare

    def with_code(folder):
        said = prepare(folder)
        (folder / "kit" / "worker.py").write_text(code)
        return said

    box.prepare = with_code
    try:
        outcome = box.run({})
    except OSError as error:
        pytest.skip(f"namespaces cannot be made here: {error}")
    found = json.loads(outcome.notes[0])
    assert found.pop("processes") <= 4 and found.pop("net") in (101, 111)
    assert not any(found.values()), found
    assert os.path.exists(tmp_path)
