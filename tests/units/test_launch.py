"""Links that run a page elsewhere, as the services read them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from chapter.offer import fork, launch, live

GITHUB = fork.parse("git@github.com:ada/chapter.git", "main")
GITLAB = fork.parse("https://gitlab.com/a/b/chapter", "new/style")
OWN = fork.parse("git@gitlab.uni.edu:course/chapter.git", "main")
BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
HUB = "https://hub.uni.edu"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (GITHUB, "gh/ada/chapter/main"),
        (GITHUB._replace(branch="new/style"), "gh/ada/chapter/new/style"),
        (GITHUB._replace(branch="a#b"), "gh/ada/chapter/a%23b"),
        (GITLAB, "gl/a%2Fb%2Fchapter/new/style"),
        (OWN, "git/https%3A%2F%2Fgitlab.uni.edu%2Fcourse%2Fchapter/main"),
    ],
)
def test_links_to_binder_as_it_reads_them(source, place):
    link = launch.binder(source, BINDER, "book/model")
    assert link == f"{BINDER}/v2/{place}?urlpath=lab/tree/book/model.ipynb"


@pytest.mark.parametrize("source", [GITHUB, GITLAB, OWN])
def test_links_to_a_hub_as_nbgitpuller_reads_them(source):
    for commit, folder in (("", "chapter"), ("0a1b", "chapter-0a1b")):
        at_commit = source._replace(commit=commit)
        parts = urlsplit(launch.hub(at_commit, HUB, "book/model"))
        assert f"{parts.scheme}://{parts.netloc}" == HUB
        assert parts.path == "/hub/user-redirect/git-pull"
        assert parse_qs(parts.query) == {
            "repo": [source.url],
            "branch": [source.branch],
            "targetpath": [folder],
            "urlpath": [f"lab/tree/{folder}/book/model.ipynb"],
        }


def test_links_to_colab_which_knows_github_alone():
    link = launch.colab(GITHUB, COLAB, "book/model")
    expected = "github/ada/chapter/blob/main/book/model.ipynb"
    assert link == f"{COLAB}/{expected}"
    assert launch.colab(GITLAB, COLAB, "book/model") is None
    assert launch.colab(OWN, COLAB, "book/model") is None


@pytest.mark.parametrize(
    ("source", "provider", "repository"),
    [
        (GITHUB, "github", "ada/chapter"),
        (GITLAB, "gitlab", "a/b/chapter"),
        (OWN, "git", "https://gitlab.uni.edu/course/chapter"),
    ],
)
def test_binder_is_asked_for_any_fork(source, provider, repository):
    assert live.container(source._replace(branch="new/#1")) == {
        "data-provider": provider,
        "data-repository": repository,
        "data-branch": "new/%231",
    }
