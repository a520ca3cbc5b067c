"""Which repository the links to Binder and Colab lead to."""

from types import SimpleNamespace

import pytest
from chapter.export import launch
from sphinx.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "repository"),
    [
        ("https://me:key@github.com/ada/chapter/", "ada/chapter"),
        ("http://www.github.com/ada/chapter", "ada/chapter"),
        ("git@github.com:ada/chapter.git", "ada/chapter"),
        ("ssh://git@github.com:22/ada/chapter.git", "ada/chapter"),
        ("https://example.org/github.com/ada/chapter", ""),
        ("https://github.com/ada", ""),
    ],
)
def test_only_an_address_on_github_names_a_repository(address, repository):
    assert launch.parse_address(address) == repository


def test_a_configured_repository_that_is_not_on_github_is_refused():
    options = {"repository_url": "https://gitlab.com/ada/chapter"}
    config = SimpleNamespace(html_theme_options=options)
    with pytest.raises(ConfigError, match="is not an address on GitHub"):
        launch.find_repository(None, config)
