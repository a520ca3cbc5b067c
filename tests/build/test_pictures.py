"""Figures have one drawing for wide screens and one for phones."""

import imagesize
from bs4 import BeautifulSoup

STYLE = "bookkit/figures/style.py"
FIGURE = """
```{code-cell} ipython3
---
mystnb:
  figure:
    caption: Shares
    name: fig-shares
  image:
    alt: Two bars.
---
from bookkit import figures

fig = figures.strings_seen({1: 1.0, 2: 0.5})
```
"""


def widths(book):
    """Return the widths of the drawings for wide and for narrow screens."""
    page = BeautifulSoup(book.html(), "html.parser")
    image = page.select_one("figure#fig-shares picture > img[alt='Two bars.']")
    source = image.find_previous_sibling("source")
    assert source["media"] == "screen and (max-width: 600px)"
    addresses = image["src"], source["srcset"]
    files = [book.site / "book" / address for address in addresses]
    return [imagesize.get(file)[0] for file in files]


def test_a_page_has_a_drawing_for_wide_screens_and_one_for_narrow(book):
    book.write(FIGURE)
    book.build()
    wide, narrow = widths(book)
    assert wide > 600 and narrow < 390

    # An edit of the package that changes only the narrow one.
    book.edit(STYLE, "PHONE = (7, 3), (3.9, 3)", "PHONE = (7, 3), (3.5, 3)")
    book.build()
    assert widths(book)[0] == wide and widths(book)[1] < narrow
