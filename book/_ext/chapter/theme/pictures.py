"""Images have a size, and those of figures are links to their drawings."""

from pathlib import Path
from urllib.parse import unquote

import imagesize
from bs4 import BeautifulSoup
from sphinx.builders import Builder


def prepare_images(page: BeautifulSoup, builder: Builder) -> None:
    """Add sizes and links to the images of a page.

    With its size known, an image moves nothing when it arrives. By the link, a
    reader sees a drawing as large as the browser makes it.
    """
    sources = {copy: source for source, copy in builder.images.items()}
    for image in page.select("article img[src*='_images/']"):
        address = str(image["src"])
        _, _, file_name = address.rpartition("/")
        file = Path(builder.srcdir, sources[unquote(file_name)])
        width, height = map(round, imagesize.get(file))
        image["width"], image["height"] = str(width), str(height)
        image["loading"] = "lazy"
        image.wrap(page.new_tag("a", attrs={"href": address}))
