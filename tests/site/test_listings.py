"""Listings on the built site: each leads to the whole of its module."""

import pytest
from shared.site import LESSONS, SITE, article

pytestmark = pytest.mark.usefixtures("built")
PLACE = ".tag_remove-input .cell_output > p > code"  # the name of the file


@pytest.mark.parametrize("page", LESSONS)
def test_a_listing_leads_to_its_module(page):
    for place in article(page).select(PLACE):
        if place.get_text().startswith("charrnn/"):
            (link,) = place.select("a")
            module = (SITE / page).parent / link["href"]
            assert place.get_text() == link.get_text()
            assert link.get_text().removesuffix(".py") in module.as_posix()
            assert module.is_file()


def test_listings_are_found():
    assert sum(len(article(page).select(PLACE)) for page in LESSONS) > 30
