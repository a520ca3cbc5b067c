"""The built site in a real browser: light, dark, laptop, phone, offline."""

from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from shared import checkers
from shared.site import CHAPTER, PAGES, SITE
from shared.tabs import go, loaded_fonts, typefaces, watched
from shared.tools import need

proof = pytest.mark.proof
TITLE = "article h1, .bd-search-container h1"
# What a page looks like, once it is there.
LOOK = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const root = document.documentElement;
  return {
    theme: root.dataset.theme,
    wider: root.scrollWidth - window.innerWidth,
    links: all(".prev-next-area p").map((link) => {
      const { left, right } = link.getBoundingClientRect();
      return left >= 0 && right <= window.innerWidth;
    }),
  };
}"""
# Whether each formula is wider than its box, and the keyboard reaches it,
# once a reader comes there.
FORMULAS = """async () => {
  const seen = [];
  for (const box of document.querySelectorAll(".formula")) {
    box.scrollIntoView();
    await new Promise((resolve) => requestAnimationFrame(
      () => requestAnimationFrame(resolve)));
    seen.push([box.scrollWidth > box.clientWidth, box.tabIndex]);
  }
  return seen;
}"""
# Whether each figure is drawn, and by how much its height changes then. Those
# that move are looked at by test_moving.py.
FIGURES = """async () => {
  const seen = [];
  const still = "article figure:not(:has(.moving)) img";
  for (const image of document.querySelectorAll(still)) {
    image.closest("details")?.setAttribute("open", "");
    const before = image.getBoundingClientRect().height;
    image.scrollIntoView();
    while (!image.complete) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const after = image.getBoundingClientRect().height;
    seen.push([image.naturalWidth > 0, Math.abs(after - before)]);
  }
  return seen;
}"""


@pytest.fixture(
    scope="module", params=["http", pytest.param("file", marks=proof)]
)
def address(built, request):
    """Give the address of the site, served on loopback or as it lies."""
    if request.param == "file":
        yield SITE.as_uri()
    else:
        with checkers.served(SITE) as address:
            yield address


@pytest.fixture(scope="module")
def axe():
    """Fetch axe if it can be had; return how to ask it about a page."""
    with suppress(checkers.Unavailable):
        checkers.install_tools()
        return checkers.axe_violations
    return lambda tab: None


def look(tab, url, axe):
    """Open a page, and return all that the tests below ask of it."""
    go(tab, url)
    seen = {"title": typefaces(tab, TITLE), "axe": axe(tab)}
    seen |= tab.evaluate(LOOK) | {"formulas": tab.evaluate(FORMULAS)}
    return seen | {"figures": tab.evaluate(FIGURES)}


@pytest.fixture(
    scope="module",
    params=[
        ("light", 1280),
        ("dark", 390),
        pytest.param(("light", 390), marks=proof),
        pytest.param(("dark", 1280), marks=proof),
    ],
    ids=lambda view: f"{view[0]}-{view[1]}",
)
def view(request):
    """Give a scheme and a width."""
    return request.param


@pytest.fixture(scope="module")
def seen(browser, address, axe, view):
    """Open each page once, with nothing in the cache, and look at it."""
    scheme, width = view
    pages = {}
    for name in checkers.page_names(SITE):
        with watched(browser, address, width, scheme) as watch:
            tab = watch.context.new_page()
            pages[name] = look(tab, f"{address}/{name}", axe)
        pages[name] |= {"outside": watch.outside, "errors": watch.errors}
    return pages


MISTAKES = {  # and what there is of them on a page, in the scheme preferred
    "it asks for something elsewhere": lambda page, _: page["outside"],
    "it complains": lambda page, _: page["errors"],
    "it is not accessible": lambda page, _: page["axe"],
    "its scheme is another": lambda page, scheme: page["theme"] != scheme,
    "it scrolls sideways": lambda page, _: page["wider"] > 0,
    "a link to another page is out of view": (
        lambda page, _: not all(page["links"])
    ),
    "a figure is not drawn, or moves the text": lambda page, _: [
        figure for figure in page["figures"] if not figure[0] or figure[1] > 1
    ],
    "its title is not in the typeface": (
        lambda page, _: page["title"] != {"Literata"}
    ),
    "the keyboard reaches no wide formula": (
        lambda page, _: [True, -1] in page["formulas"]
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_page_has_this_mistake(seen, view, mistake):
    if "accessible" in mistake and None in [p["axe"] for p in seen.values()]:
        need("npm with a network", "to fetch axe")
    found = {n: MISTAKES[mistake](page, view[0]) for n, page in seen.items()}
    assert {name: some for name, some in found.items() if some} == {}


def test_every_page_is_looked_at_and_what_may_be_mistaken(seen, view):
    generated = {"genindex", "py-modindex", "search"}
    assert {f"{name}.html" for name in {*PAGES, *generated}} <= set(seen)
    pages = seen.values()
    assert any(page["links"] for page in pages)
    assert any(page["figures"] for page in pages)
    wide = any([True, 0] in page["formulas"] for page in pages)
    assert wide or view[1] > 390  # where formulas have room


SHIFTS = """
    window.shift = 0;
    const add = list => list.getEntries().forEach(e => shift += e.value);
    new PerformanceObserver(add).observe({type: "layout-shift"});
"""
SLOW = {"offline": False, "latency": 150, "uploadThroughput": 1e5,
        "downloadThroughput": 2e5}  # fmt: skip


@proof
@pytest.mark.parametrize("width", [390, 1280])
def test_no_text_moves_as_a_page_comes_slowly(browser, built, width):
    viewport = {"width": width, "height": 900}
    with checkers.served(SITE) as address:
        for page in checkers.page_names(SITE):
            with browser.new_context(viewport=viewport) as context:
                # The font of formulas may move a line, and is worth it.
                context.route("**/latin-modern*", lambda r: r.abort())
                tab = context.new_page()
                network = context.new_cdp_session(tab)
                network.send("Network.enable")
                network.send("Network.emulateNetworkConditions", SLOW)
                tab.add_init_script(SHIFTS)
                tab.goto(f"{address}/{page}", wait_until="networkidle")
                assert "Literata" in loaded_fonts(tab)
                assert tab.evaluate("shift") < 0.02, page


@pytest.fixture
def open_tab(browser, address):
    """Open tabs that let no request out, and expect no error."""
    with ExitStack() as stack:
        watches = []

        def open_tab(page, width=1280, scheme="light", **options):
            context = watched(browser, address, width, scheme, **options)
            watches.append(stack.enter_context(context))
            tab = watches[-1].context.new_page()
            go(tab, f"{address}/{page}.html")
            return tab

        yield open_tab
    for watch in watches:
        assert watch.outside == [] and watch.errors == []


def test_text_formulas_and_icons_are_set_in_their_fonts(open_tab):
    tab = open_tab("book/model")
    expected = {"Formulas", "Literata", "Font Awesome 6 Free"}
    assert expected <= loaded_fonts(tab)
    box = tab.locator("#equation-eq-hidden math").bounding_box()
    assert box["width"] > 100 and box["height"] > 15
    icon = tab.locator(".theme-switch-button i:visible").bounding_box()
    assert icon["width"] > 8


def test_text_is_read_in_a_stand_in_until_the_typeface_is_there(
    browser, built
):
    held = []
    with checkers.served(SITE) as address, browser.new_context() as context:
        context.route("**/*.woff2", lambda route: held.append(route))
        tab = context.new_page()
        tab.goto(f"{address}/book/model.html", wait_until="domcontentloaded")
        display = "[...document.fonts].map((font) => font.display)"
        assert "swap" in tab.evaluate(display)
        before = typefaces(tab, TITLE)
        assert before and before != {"Literata"}
        assert tab.locator(TITLE).is_visible()
        for route in held:
            route.continue_()
        context.unroute("**/*.woff2")
        tab.wait_for_function("document.fonts.check('600 1em Literata')")
        assert any("literata-" in route.request.url for route in held)


# How far each number of an equation stands from the margin, and whether the
# formula leaves its box.
NUMBERS = """() => [...document.querySelectorAll("div.math[id]")].map(box => {
  const number = document.createRange();
  number.selectNode(box.querySelector(".eqno").firstChild);
  const edge = box.getBoundingClientRect().right;
  const formula = box.querySelector(".formula").getBoundingClientRect();
  const trace = box.querySelector(".trace") ?? box;
  return [
    edge - number.getBoundingClientRect().right,
    Math.max(formula.right, trace.getBoundingClientRect().right) - edge,
  ];
})"""


@pytest.mark.parametrize("width", [390, 1280])
def test_numbers_of_equations_stand_at_the_margin(open_tab, width):
    for page in ("book/model", "book/training"):
        numbers = open_tab(page, width).evaluate(NUMBERS)
        assert numbers
        for gap, beyond in numbers:
            assert abs(gap) < 1 and beyond < 1


def test_a_formula_can_be_selected_as_it_is_read(open_tab):
    tab = open_tab("book/model")
    spoken = tab.locator("#equation-eq-hidden math")
    assert "tanh" in spoken.text_content()
    selected = tab.evaluate("""() => {
        const formula = document.querySelector("#equation-eq-hidden");
        getSelection().selectAllChildren(formula);
        return getSelection().toString();
    }""")
    assert "tanh" in selected


STYLE = "(box, name) => getComputedStyle(box)[name]"


@pytest.mark.parametrize(("width", "layers"), [(390, 4), (1280, 0)])
def test_code_stands_on_a_surface_and_a_shade_on_a_phone_says_there_is_more(
    open_tab, width, layers
):
    tab = open_tab("book/model", width)
    for box in (".formula", "div.cell_input pre", "div.output pre"):
        box = tab.locator(f".bd-article {box}").first
        image = box.evaluate(STYLE, "backgroundImage")
        assert image.count("linear-gradient(") == layers
    tab = open_tab("book/rerun", width)
    for box in ("div.cell_input pre", "section > div.highlight-text pre"):
        box = tab.locator(f".bd-article {box}").first
        color = box.evaluate(STYLE, "backgroundColor")
        assert color == "rgb(246, 244, 238)"


def test_code_can_be_copied(open_tab):
    tab = open_tab(
        "book/model", permissions=["clipboard-read", "clipboard-write"]
    )
    cell = tab.locator("div.cell_input div.highlight:visible").first
    cell.hover()
    cell.locator("button.copybtn").click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip()


def test_the_colour_mode_can_be_chosen_and_is_kept(open_tab, address):
    tab = open_tab("book/model", scheme="light")
    seen = set()
    for _ in range(3):
        tab.locator(".theme-switch-button:visible").click()
        seen.add(tab.get_attribute("html", "data-mode"))
        theme = tab.get_attribute("html", "data-theme")
        color = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (color == "rgb(23, 24, 27)") is (theme == "dark")
        if theme == "dark":
            go(tab, f"{address}/book/corpus.html")
            assert tab.get_attribute("html", "data-theme") == "dark"
    assert seen == {"light", "dark", "auto"}


def test_the_contents_and_the_links_below_lead_on_on_a_phone(open_tab):
    page, following = CHAPTER[3:5]
    tab = open_tab(page, 390)
    file = f"{Path(following).name}.html"
    entry = tab.locator(f"nav.bd-links a[href$='{file}']")
    assert not entry.is_visible()
    tab.locator("button.primary-toggle").click()
    entry.click()
    tab.wait_for_url(f"**/{following}.html")
    tab.locator("a.left-prev").click()
    tab.wait_for_url(f"**/{page}.html")
    tab.locator("a.right-next").click()
    tab.wait_for_url(f"**/{following}.html")


@pytest.mark.parametrize("width", [390, 1280])
def test_search_finds_a_page(open_tab, width):
    tab = open_tab(PAGES[0], width)
    tab.keyboard.press("Control+k")
    tab.keyboard.type("perplexity")
    tab.keyboard.press("Enter")
    results = tab.locator("#search-results li a")
    results.first.wait_for()
    links = results.evaluate_all("links => links.map(a => a.href)")
    assert any("training.html" in link for link in links)


@pytest.mark.parametrize(
    ("fold", "part", "says"),
    [
        ("details.sd-dropdown", ".sd-summary-content", ("?", "?")),
        ("details.hide", "pre", ("Show the imports", "Hide the imports")),
        ("details.solution", "pre", ("Solution", "Solution")),
    ],
)
def test_what_is_folded_opens_by_the_keyboard_and_a_click(
    open_tab, fold, part, says
):
    folded = open_tab("book/model").locator(fold).first
    content = folded.locator(part).first
    folded.scroll_into_view_if_needed()
    for is_open, text in enumerate(says):
        assert content.is_visible() is bool(is_open)
        summary = folded.locator("summary")
        expect(summary).to_contain_text(text, use_inner_text=True)
        folded.locator("summary").press("Enter")
    assert not content.is_visible()
    folded.locator("summary").click()
    assert content.is_visible()


def test_the_keyboard_passes_by_what_does_not_scroll(open_tab):
    seen = open_tab("book/parameters").evaluate(FORMULAS)
    assert [False, -1] in seen and [False, 0] not in seen


@pytest.mark.parametrize("width", [390, 1280])
def test_a_figure_in_the_dark_has_the_ground_of_the_page(
    built, browser, width
):
    with watched(browser, SITE.as_uri(), width, "dark") as watch:
        tab = watch.context.new_page()
        go(tab, f"{SITE.as_uri()}/book/clipping.html")
        for _ in range(10):
            tab.evaluate(
                "document.querySelector('#fig-value-clipping')"
                ".scrollIntoView({ block: 'center' })"
            )
            tab.wait_for_timeout(50)
        box = tab.locator("#fig-value-clipping img").bounding_box()
        seen = Image.open(BytesIO(tab.screenshot())).convert("RGB")
    left, right = box["x"] + 3, box["x"] + box["width"] - 3
    corners = {
        seen.getpixel((int(x), int(box["y"]) + 5)) for x in (left, right)
    }
    assert corners == {(23, 24, 27)}


def test_figures_and_wide_formulas_open_large(open_tab):
    tab = open_tab("book/beyond", 390)
    opener = tab.locator("figure .enlarge").first
    name = opener.get_attribute("aria-label")
    assert name.startswith("Enlarge Fig. ")
    opener.press("Enter")
    large = tab.locator("dialog.enlarged img")
    assert "narrow" not in large.get_attribute("src")
    natural = large.bounding_box()["width"]
    assert natural > 600
    tab.keyboard.press("+")
    assert large.bounding_box()["width"] > 1.2 * natural
    tab.keyboard.press("ArrowRight")
    scroller = tab.locator("dialog.enlarged .scroller")
    assert scroller.evaluate("box => box.scrollLeft") > 0
    tab.keyboard.press("0")
    assert large.bounding_box()["width"] == pytest.approx(natural)
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog.enlarged")).to_have_count(0)
    assert tab.evaluate("document.activeElement.ariaLabel") == name
    tab.evaluate(FORMULAS)  # which reads the page, as far as there are some
    tab.locator("article div.math .wide").first.click()
    assert tab.locator("dialog.enlarged math").count() == 1
    tab.locator("dialog.enlarged").get_by_label("Close").click()
    expect(tab.locator("dialog.enlarged")).to_have_count(0)
