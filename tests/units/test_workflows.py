"""What GitHub runs: valid, pinned, and true to the build."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from chapter.offer import launch
from shared.site import ROOT
from shared.tools import need
from shared.workflows import GITHUB, SET_UP, WORKFLOWS, commands, read

SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-actions": [SET_UP],
    "dependabot": [GITHUB / "dependabot.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_that_github_reads_are_valid(schema, tmp_path):
    def complaints(*files):
        options = f"-m check_jsonschema --builtin-schema vendor.{schema}"
        command = [sys.executable, *options.split(), *files]
        return subprocess.run(command, capture_output=True)

    (file, *_) = SCHEMAS[schema]
    result = complaints(*SCHEMAS[schema])
    assert result.returncode == 0, result.stdout
    wrong = tmp_path / file.name
    wrong.write_text(file.read_text("utf-8") + "\nnonsense: 1\n", "utf-8")
    assert complaints(wrong).returncode == 1


def test_every_action_is_official_and_pinned_to_one_version():
    text = "".join(f.read_text("utf-8") for f in (*WORKFLOWS, SET_UP))
    actions = re.findall("uses: (.*)", text)
    assert len(actions) > 10
    pinned = re.compile(r"actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    for action in set(actions) - {"./.github/actions/set-up"}:
        assert pinned.fullmatch(action), action
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


def run_make(*arguments):
    if shutil.which("make") is None:
        need("make", "to know its targets")
    # As typed: within make, another one would speak of its folder.
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    return subprocess.check_output(
        ["make", *arguments], cwd=ROOT, env=env, encoding="utf-8"
    )


def test_what_is_asked_of_make_exists_and_is_listed():
    texts = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci/run"]
    texts += [*ROOT.glob("docs/*.md"), *WORKFLOWS, SET_UP]
    text = "\n".join(file.read_text("utf-8") for file in texts)
    asked = set(re.findall(r"(?:^|[`:]) ?make ([\w./-]+)", text, re.M))
    assert {"book", "test", "test-all", "links", "oldest"} <= asked
    listed = run_make("help")
    for target in asked:
        run_make("--dry-run", "--always-make", target)
        assert f"make {target}\t" in listed or target == ".venv/installed"


def checks(target):
    """Return the commands by which a target checks, as lists of words."""
    printed = run_make("--dry-run", target).replace("\\\n", "")
    lines = [re.sub(r"^\S*/bin/", "", line) for line in printed.splitlines()]
    return [line.split() for line in lines[lines.index("ruff check .") :]]


def test_the_first_checks_are_quick_and_the_last_have_all_tests():
    *quick, units, others = checks("test-all")
    assert [" ".join(words) for words in (*quick, units)] == [
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "pytest -n 2 tests/units",
    ]
    folders = {file.parent.name for file in ROOT.glob("tests/**/test_*.py")}
    named = {word for word in units + others if word.startswith("tests/")}
    assert named == {f"tests/{folder}" for folder in folders}


def test_the_whole_proof_leaves_nothing_out_and_runs_once_a_month():
    whole, part = checks("test-all"), checks("test")
    # Old libraries do not say their types.
    assert checks("oldest") == [c for c in whole if c != ["mypy"]]
    assert "-m" not in whole[-1]
    at = part[-1].index("-m")
    assert part[-1][at : at + 3] == ["-m", '"not', 'proof"']
    del part[-1][at : at + 3]
    assert part == whole
    jobs = read("rot")["jobs"].values()
    monthly = {command for job in jobs for command in commands(job["steps"])}
    assert {"make test-all", "make oldest", "pytest"} <= monthly


def test_the_plain_commands_are_those_of_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    (plain,) = re.findall(r"```\n(pip install -r req.*?)```", text, re.S)
    steps = read("rot")["jobs"]["newest"]["steps"]
    assert commands(steps) == plain.splitlines()


@pytest.mark.skipif(os.name != "posix", reason="GitHub pushes on Linux")
def test_notebooks_are_pushed_as_one_commit_without_history(tmp_path):
    remote, work = tmp_path / "org" / "fork", tmp_path / "work"

    def git(*arguments):
        return subprocess.check_output(
            ["git", "-C", remote, *arguments], encoding="utf-8"
        )

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
    listed = git("ls-tree", "-r", "--name-only", launch.NOTEBOOKS)
    assert listed == "book/new.ipynb\n"
    assert git("rev-list", "--count", launch.NOTEBOOKS) == "1\n"
