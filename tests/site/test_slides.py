"""The slides, as a teacher opens them from a disk."""

import pytest
from chapter.export.slides import SLIDES
from shared.site import SITE
from shared.tabs import go, watched

pytestmark = pytest.mark.usefixtures("built")
# By how many pixels the slide is larger than its frame, with each answer open
# in turn, how many were open together, and how many images it lacks.
LOOK = """() => {
  const slide = Reveal.getCurrentSlide();
  const answers = [...slide.querySelectorAll("details")];
  const over = [null, ...answers].map((answer) => {
    if (answer) answer.open = true;
    return [slide.scrollWidth - slide.clientWidth,
      slide.scrollHeight - slide.clientHeight,
      answers.filter((each) => each.open).length > 1];
  });
  const images = [...slide.querySelectorAll("img")];
  return [...over.flat(), ...images.map((img) => !img.naturalWidth)];
}"""


def test_each_slide_fits_its_frame_and_needs_no_other_file(browser):
    file = SITE / SLIDES
    with watched(browser, file.parent.as_uri(), offline=True) as watch:
        tab = watch.context.new_page()
        go(tab, file.as_uri())
        for number in range(tab.evaluate("Reveal.getTotalSlides()")):
            assert not any(tab.evaluate(LOOK)), number
            tab.keyboard.press("ArrowRight")
        assert number > 2 and tab.evaluate("Reveal.isLastSlide()")
    assert watch.outside == [] and watch.errors == []
