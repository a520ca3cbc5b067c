"""A copy of the chapter knows where it is published, if it is."""

import subprocess

import pytest
from chapter.offer import fork
from hypothesis import given
from hypothesis import strategies as st

NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True)
ADDRESSES = {
    "https://github.com/ada/chapter": "github github.com ada chapter",
    "https://github.com/ada/chapter.git": "github github.com ada chapter",
    "https://github.com/ada/chapter/": "github github.com ada chapter",
    "https://github.com/ada/a.b.git": "github github.com ada a.b",
    "https://key@github.com/ada/chapter": "github github.com ada chapter",
    "https://me:key@github.com/ada/chapter": "github github.com ada chapter",
    "git@github.com:ada/chapter.git": "github github.com ada chapter",
    "ssh://git@github.com/ada/chapter": "github github.com ada chapter",
    "ssh://git@github.com:22/ada/chapter": "github github.com ada chapter",
    "git@gitlab.com:a/b/c/d.git": "gitlab gitlab.com a/b/c d",
    "https://gitlab.com/a/b.git\n": "gitlab gitlab.com a b",
    "https://gitlab.uni.edu/a/b": "gitlab gitlab.uni.edu a b",
    "git@gitlab.uni.edu:a/b.git": "gitlab gitlab.uni.edu a b",
}
ELSEWHERE = [
    "",
    "/srv/git/chapter.git",
    "../chapter",
    "C:\\chapters\\chapter",
    "file:///srv/git/github/chapter",
    "https://bitbucket.org/ada/chapter",
    "https://example.org/github.com/chapter",
    "https://github.com/ada",
    "git@github.com",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_in_any_form_is_understood(address):
    found = fork.parse(address, "main")
    expected = ADDRESSES[address].split()
    assert [found.provider, found.host, found.org, found.repo] == expected
    assert found.url == f"https://{found.host}/{found.org}/{found.repo}"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_elsewhere_is_no_fork(address):
    assert fork.parse(address, "main") is None


@given(NAME, NAME)
def test_all_forms_mean_the_same(org, repo):
    repo = repo.removesuffix(".git")
    if not repo:
        return
    forms = [
        f"{start}/{repo}{end}"
        for start in (
            f"https://github.com/{org}",
            f"https://token@github.com/{org}",
            f"git@github.com:{org}",
            f"ssh://git@github.com/{org}",
        )
        for end in ("", ".git", "/", ".git/")
    ]
    found = {fork.parse(form, "main") for form in forms}
    assert found == {fork.Fork("github", "github.com", org, repo, "main")}


def test_the_files_are_found_as_a_zip():
    def archive(address, branch):
        return fork.parse(address, branch).archive

    github, gitlab = "git@github.com:ada/chapter", "git@gitlab.com:a/b/c"
    assert archive(github, "main") == (
        "https://github.com/ada/chapter/archive/main.zip"
    )
    assert archive(github, "a/b") == (
        "https://github.com/ada/chapter/archive/a/b.zip"
    )
    assert archive(github, "a#b").endswith("/archive/a%23b.zip")
    assert archive(gitlab, "x/y") == (
        "https://gitlab.com/a/b/c/-/archive/x/y/c-x-y.zip"
    )


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Make a repository with an origin on GitHub and one commit."""
    monkeypatch.delenv(fork.REPOSITORY, raising=False)
    monkeypatch.delenv(fork.BRANCH, raising=False)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for command in (
        ["init", "--quiet", "--initial-branch", "trunk"],
        ["remote", "add", "origin", "git@github.com:ada/chapter.git"],
        [*identity, "commit", "--quiet", "--allow-empty", "-m", "One"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_checkout_knows_its_origin_and_branch(checkout):
    found = fork.find(checkout)
    assert found == fork.Fork(
        "github", "github.com", "ada", "chapter", "trunk"
    )


def test_without_a_branch_it_is_the_commit(checkout):
    command = ["git", "checkout", "--quiet", "--detach"]
    subprocess.run(command, cwd=checkout, check=True)
    branch = fork.find(checkout).branch
    assert branch == fork.git(checkout, "rev-parse", "HEAD")
    assert len(branch) == 40


def test_the_environment_comes_first(checkout, monkeypatch):
    monkeypatch.setenv(fork.REPOSITORY, "https://gitlab.com/grace/course.git")
    assert fork.find(checkout).url == "https://gitlab.com/grace/course"
    assert fork.find(checkout).branch == "trunk"
    monkeypatch.setenv(fork.BRANCH, "next")
    assert fork.find(checkout).branch == "next"


def test_a_folder_within_another_repository_is_no_fork(checkout, monkeypatch):
    inside = checkout / "chapter"
    inside.mkdir()
    assert fork.find(inside) is None
    monkeypatch.setenv(fork.REPOSITORY, "https://github.com/ada/other")
    assert fork.find(inside).url == "https://github.com/ada/other"
    assert fork.find(inside).branch == "main"


def test_without_an_origin_or_without_git_there_is_no_fork(
    checkout, monkeypatch
):
    command = ["git", "remote", "remove", "origin"]
    subprocess.run(command, cwd=checkout, check=True)
    assert fork.find(checkout) is None
    monkeypatch.setenv("PATH", "")
    assert fork.find(checkout) is None
