"""The slides, as a teacher opens them from a disk."""

import pytest
from chapter.export.slides import SLIDES
from shared.site import SITE
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
# By how many pixels the slide is larger than its frame, and the images that
# it lacks.
LOOK = """() => {
  const slide = Reveal.getCurrentSlide();
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = slide;
  const images = [...slide.querySelectorAll("img")];
  return [scrollWidth - clientWidth, scrollHeight - clientHeight,
    images.filter((img) => !img.naturalWidth).length];
}"""


def test_each_slide_fits_its_frame_and_needs_no_other_file(browser):
    file = SITE / SLIDES
    with watched(browser, file.parent.as_uri(), offline=True) as watch:
        tab = watch.context.new_page()
        go(tab, file.as_uri())
        for number in range(tab.evaluate("Reveal.getTotalSlides()")):
            assert tab.evaluate(LOOK) == [0, 0, 0], number
            tab.keyboard.press("ArrowRight")
        assert number > 2 and tab.evaluate("Reveal.isLastSlide()")
    assert watch.outside == [] and watch.errors == []
