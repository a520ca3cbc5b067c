"""A figure is drawn for pages and for phones, and pages choose."""

import json

import imagesize
import pytest
from bs4 import BeautifulSoup

STYLE = "charrnn/figures/style.py"
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
from charrnn import figures

fig = figures.strings_seen({1: 1.0, 2: 0.5})
```
"""


def drawings(book):
    """Return both files of the figure, after a look at how they are shown."""
    page = BeautifulSoup(book.html(), "html.parser")
    image = page.select_one("figure#fig-shares picture > img")
    source = image.find_previous_sibling("source")
    assert image["alt"] == "Two bars."
    assert source["media"] == "screen and (max-width: 600px)"
    files = []
    for tag, address in (image, "src"), (source, "srcset"):
        files.append((book.site / "book" / tag[address]).resolve())
        size = imagesize.get(files[-1])
        assert [int(tag["width"]), int(tag["height"])] == pytest.approx(
            size, abs=1
        )
    assert set(files) == set((book.site / "_images").iterdir())
    return files


def widths(files):
    return [imagesize.get(file)[0] for file in files]


def test_a_page_has_a_drawing_for_wide_screens_and_one_for_narrow(book):
    book.write(FIGURE)
    book.build()
    wide, narrow = files = drawings(book)
    assert widths(files)[0] > 600 and 350 < widths(files)[1] < 390
    source = book.site / "_sources" / "book" / "index.ipynb"
    text = source.read_text("utf-8")
    assert "narrow" not in text
    pictures = [
        output["data"]
        for cell in json.loads(text)["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "display_data"
    ]
    assert len(pictures) == 1 and "Two bars." in str(pictures)

    # Both follow the package, although the wide one has the same name.
    book.edit(STYLE, "WIDE_INCHES, NARROW_INCHES = 7, 3.9",
              "WIDE_INCHES, NARROW_INCHES = 7, 3.5")  # fmt: skip
    book.build()
    again = drawings(book)
    assert again == files
    assert widths(again)[0] == widths([wide])[0]
    assert widths([narrow])[0] < 350

    # Without a narrow drawing, the wide one is for all screens.
    book.edit(STYLE, "_narrow[wide] = narrow", "_narrow.pop(wide, narrow)")
    book.build()
    page = BeautifulSoup(book.html(), "html.parser")
    assert page.select_one("figure#fig-shares > img")
    assert list((book.site / "_images").iterdir()) == [wide]

    # What is drawn no longer is not kept.
    book.write()
    book.build()
    assert not (book.site / "_images").exists()
