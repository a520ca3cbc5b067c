"""What GitHub runs: valid, pinned, and true to the build."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from chapter.offer import launch
from shared.site import ROOT, SITE
from shared.tools import need

GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
SET_UP = GITHUB / "actions" / "set-up" / "action.yml"
SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-actions": [SET_UP],
    "dependabot": [GITHUB / "dependabot.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
}


def read(name):
    """Return a workflow, or the set-up that several share."""
    file = SET_UP if name == "set-up" else GITHUB / "workflows" / f"{name}.yml"
    return yaml.safe_load(file.read_text("utf-8"))


def commands(steps):
    """Return the commands of some steps."""
    return [step["run"] for step in steps if "run" in step]


def check(schema, *files):
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema",
         "--builtin-schema", f"vendor.{schema}", *files],
        capture_output=True, encoding="utf-8",
    )  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_that_github_reads_are_valid(schema):
    result = check(schema, *SCHEMAS[schema])
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_mistake_in_them_would_be_found(schema, tmp_path):
    (file, *_) = SCHEMAS[schema]
    copy = tmp_path / file.name
    copy.write_text(file.read_text("utf-8") + "\nnonsense: 1\n", "utf-8")
    assert check(schema, copy).returncode == 1


def test_every_action_is_official_and_pinned():
    actions = []
    for file in (*WORKFLOWS, SET_UP):
        text = file.read_text("utf-8")
        actions += re.findall(r"uses: (.*)", text)
    assert len(actions) > 10
    pinned = re.compile(r"actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    for action in set(actions) - {"./.github/actions/set-up"}:
        assert pinned.fullmatch(action), action


def test_an_action_has_one_version():
    text = "".join(f.read_text("utf-8") for f in (*WORKFLOWS, SET_UP))
    pins = set(re.findall(r"(actions/[\w-]+)[\w/-]*@(\w+)", text))
    assert len(pins) == len(dict(pins))


def test_only_what_publishes_may_write():
    granted = {}
    for file in WORKFLOWS:
        workflow = read(file.stem)
        assert workflow["permissions"] == {"contents": "read"}, file.name
        for name, job in workflow["jobs"].items():
            if "permissions" in job:
                granted[name] = job["permissions"]
                assert job["if"] == "github.ref == 'refs/heads/main'"
    assert granted == {
        "pages": {"pages": "write", "id-token": "write"},
        "notebooks": {"contents": "write"},
    }


def targets():
    """Return the targets of make that the project's files name."""
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *WORKFLOWS, SET_UP]
    text = "\n".join(file.read_text("utf-8") for file in files)
    return set(re.findall(r"(?:^|[`:]) ?make ([\w./-]+)", text, re.M))


def test_what_is_asked_of_make_exists():
    if shutil.which("make") is None:
        need("make", "to know its targets")
    assert {"book", "test", "links", "constraints", "oldest"} <= targets()
    for target in targets():
        result = subprocess.run(
            ["make", "--dry-run", "--always-make", target], cwd=ROOT,
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert result.returncode == 0, result.stderr


def test_the_plain_commands_are_those_of_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    (plain,) = re.findall(r"```\n(pip install -r req.*?)```", text, re.S)
    steps = read("rot")["jobs"]["newest"]["steps"]
    assert commands(steps) == plain.splitlines()


@pytest.mark.usefixtures("built")
def test_the_cache_is_named_as_the_build_names_it():
    run = "\n".join(commands(read("set-up")["runs"]["steps"]))
    (command,) = re.findall(r"\.venv/bin/python (\S+\.py)", run)
    printed = subprocess.check_output(
        [sys.executable, command], cwd=ROOT, encoding="utf-8"
    )
    folders = (ROOT / "_build" / ".jupyter_cache").iterdir()
    latest = max(folders, key=lambda folder: folder.stat().st_mtime)
    assert printed == f"{latest.name}\n"


@pytest.mark.usefixtures("built")
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


@pytest.mark.usefixtures("built")
def test_what_is_published_is_there():
    steps = read("publish")["jobs"]["build"]["steps"]
    paths = {step["with"]["path"] for step in steps if "upload" in str(step)}
    assert paths == {"_build/html", "_build/notebooks"}
    assert (SITE / "index.html").is_file()
    (laid_out,) = (c for c in commands(steps) if "binder/branch.py" in c)
    assert laid_out.split()[1:] == ["binder/branch.py", "_build/notebooks"]


@pytest.mark.skipif(os.name != "posix", reason="GitHub pushes on Linux")
def test_notebooks_are_pushed_as_one_commit_without_history(tmp_path):
    remote, work = tmp_path / "org" / "fork", tmp_path / "work"
    git = ["git", "-C", remote]
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    (push,) = commands(read("publish")["jobs"]["notebooks"]["steps"])
    env = os.environ | {
        "TOKEN": "t",
        "GITHUB_SHA": "abc",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "org/fork",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path.as_uri()}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://x-access-token:t@github.example/",
    }
    for name in ("old", "new"):
        (work / "book").mkdir(parents=True)
        (work / "book" / f"{name}.ipynb").write_text("{}", "utf-8")
        subprocess.run(
            ["bash", "-e", "-c", push], cwd=work, env=env, check=True
        )
        shutil.rmtree(work)
    listing = [*git, "ls-tree", "-r", "--name-only", launch.NOTEBOOKS]
    files = subprocess.check_output(listing, encoding="utf-8")
    assert files == "book/new.ipynb\n"
    count = [*git, "rev-list", "--count", launch.NOTEBOOKS]
    assert subprocess.check_output(count, encoding="utf-8") == "1\n"
