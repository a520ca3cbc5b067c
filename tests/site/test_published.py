"""What the workflows keep and publish, where the build has left it."""

import re
import subprocess
import sys

import pytest
from shared.site import ROOT
from shared.workflows import commands, read

pytestmark = pytest.mark.usefixtures("built")


def test_the_cache_is_named_as_the_build_names_it():
    run = "\n".join(commands(read("set-up")["runs"]["steps"]))
    (command,) = re.findall(r"\.venv/bin/python (\S+\.py)", run)
    printed = subprocess.check_output(
        [sys.executable, command], cwd=ROOT, encoding="utf-8"
    )
    folders = (ROOT / "_build" / ".jupyter_cache").iterdir()
    latest = max(folders, key=lambda folder: folder.stat().st_mtime)
    assert printed == f"{latest.name}\n"


def test_what_is_kept_between_runs_is_there():
    build = read("publish")["jobs"]["build"]["steps"]
    kept, found = (
        step["with"]["path"].split()
        for step in (*build, *read("set-up")["runs"]["steps"])
        if "actions/cache" in step.get("uses", "")
    )
    assert kept == found == ["_build/.jupyter_cache", "_build/models"]
    for path in kept:
        assert any((ROOT / path).iterdir()), path


def test_what_is_published_is_there():
    steps = read("publish")["jobs"]["build"]["steps"]
    paths = {step["with"]["path"] for step in steps if "upload" in str(step)}
    assert paths == {"_build/html", "_build/notebooks"}
    (laid_out,) = (c for c in commands(steps) if "binder/branch.py" in c)
    assert laid_out.split()[1:] == ["binder/branch.py", "_build/notebooks"]
    assert (ROOT / "_build/html/index.html").is_file()
