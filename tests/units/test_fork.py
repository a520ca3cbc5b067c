"""A copy of the chapter knows where it is published, if it is."""

import pytest
from chapter.offer import fork
from hypothesis import given
from hypothesis import strategies as st

NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True)
GITHUB = st.tuples(st.just("github.com"), NAME)
GITLAB = st.tuples(
    st.sampled_from(["gitlab.com", "gitlab.uni.edu"]),
    st.lists(NAME, min_size=1, max_size=3).map("/".join),  # groups
)


@given(GITHUB | GITLAB, NAME.filter(lambda name: not name.endswith(".git")))
def test_all_forms_of_an_address_mean_the_same(place, repo):
    host, org = place
    forms = {
        f"{start}{org}/{repo}{end}"
        for start in (
            f"https://{host}/",
            f"https://token@{host}/",
            f"https://me:key@{host}/",
            f"git@{host}:",
            f"ssh://git@{host}/",
            f"ssh://git@{host}:22/",
        )
        for end in ("", ".git", "/", ".git/", "\n")
    }
    (found,) = {fork.parse(form, "main") for form in forms}
    assert found == (host.split(".")[0], host, org, repo, "main", "")
    assert found.url == f"https://{host}/{org}/{repo}"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/git/chapter.git",
        "../chapter",
        "C:\\chapters\\chapter",
        "file:///srv/git/github/chapter",
        "https://bitbucket.org/ada/chapter",
        "https://example.org/github.com/chapter",
        "https://github.com/ada",
        "git@github.com",
    ],
)
def test_what_is_elsewhere_is_no_fork(address):
    assert fork.parse(address, "main") is None


@pytest.mark.parametrize(
    ("address", "branch", "archive"),
    [
        ("github.com/a/b", "c", "github.com/a/b/archive/c.zip"),
        ("github.com/a/b", "c/d", "github.com/a/b/archive/c/d.zip"),
        ("github.com/a/b", "c#d", "github.com/a/b/archive/c%23d.zip"),
        ("gitlab.com/a/b", "c/d", "gitlab.com/a/b/-/archive/c/d/b-c-d.zip"),
    ],
)
def test_the_files_are_found_as_a_zip(address, branch, archive):
    found = fork.parse(f"https://{address}", branch)
    assert found.archive == f"https://{archive}"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Make a repository with an origin on GitHub and one commit."""
    monkeypatch.delenv(fork.REPOSITORY, raising=False)
    monkeypatch.delenv(fork.BRANCH, raising=False)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for command in (
        ["init", "--initial-branch", "trunk"],
        ["remote", "add", "origin", "git@github.com:ada/chapter.git"],
        [*identity, "commit", "--allow-empty", "-m", "One"],
    ):
        fork.git(tmp_path, *command)
    return tmp_path


def test_a_checkout_knows_its_origin_and_branch_or_its_commit(checkout):
    found = fork.find(checkout)
    assert found == ("github", "github.com", "ada", "chapter", "trunk", "")
    fork.git(checkout, "checkout", "--detach")
    commit = fork.git(checkout, "rev-parse", "HEAD")
    assert fork.find(checkout).branch == commit and len(commit) == 40


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
    with monkeypatch.context() as context:
        context.setenv("PATH", "")
        assert fork.find(checkout) is None
    fork.git(checkout, "remote", "remove", "origin")
    assert fork.find(checkout) is None
