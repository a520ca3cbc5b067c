"""Patches of the theme's HTML."""

import pytest
from chapter.markup import parse
from chapter.theme.patches import apply_patches


@pytest.mark.parametrize(
    ("title", "shown"), [("A — A", "A"), ("B: C — A", "B: C — A")]
)
def test_the_title_of_the_front_page_is_said_once(title, shown):
    page = parse(f"<head><title>{title}</title></head>")
    apply_patches(page)
    assert page.title.text == shown
