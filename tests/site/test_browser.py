"""The built site in a real browser: light, dark, laptop, phone, offline."""

import pytest
from shared import checkers
from shared.site import PAGES, SITE

GENERATED = ["genindex", "py-modindex", "search"]


@pytest.fixture(scope="module", params=["http", "file"])
def address(built, request):
    """Give the address of the site, served on loopback or as it lies."""
    if request.param == "file":
        yield SITE.as_uri()
    else:
        with checkers.served(SITE) as address:
            yield address


@pytest.fixture
def open_tab(browser, address):
    """Open tabs that let no request out, and expect no error."""
    contexts, outside, errors = [], [], []

    def guard(route):
        url = route.request.url
        if url.startswith((f"{address}/", "data:", "blob:")):
            route.continue_()
        else:
            outside.append(url)
            route.abort()

    def note(message):
        url = message.page.url
        # The inspector, which typefaces asks, reads the page once more.
        again = f"Unsafe attempt to load URL {url} from frame with URL {url}."
        if message.text.startswith(again):
            return
        if message.type in ("error", "warning"):
            errors.append(message.text)

    def open_tab(page, width=1280, scheme="light", **options):
        context = browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            **options,
        )
        contexts.append(context)
        context.route("**/*", guard)
        tab = context.new_page()
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", note)
        tab.goto(f"{address}/{page}", wait_until="networkidle")
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages(open_tab, address, width, scheme):
    tab = open_tab("index.html", width, scheme)
    for page in [*(f"book/{name}" for name in PAGES), *GENERATED]:
        tab.goto(f"{address}/{page}.html", wait_until="networkidle")
        assert tab.get_attribute("html", "data-theme") == scheme
        widths = tab.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert widths[0] <= widths[1], f"{page} scrolls sideways"
        for link in tab.query_selector_all(".prev-next-area p"):
            box = link.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, page
        for image in tab.query_selector_all("article img"):
            before = image.bounding_box()
            image.scroll_into_view_if_needed()
            tab.wait_for_function("image => image.complete", arg=image)
            assert image.evaluate("image => image.naturalWidth") > 0
            after = image.bounding_box()
            assert before["height"] == pytest.approx(after["height"], abs=1)


SHIFTS = """
    window.shift = 0;
    const add = list => list.getEntries().forEach(e => shift += e.value);
    new PerformanceObserver(add).observe({type: "layout-shift"});
"""
SLOW = {"offline": False, "latency": 150, "uploadThroughput": 1e5,
        "downloadThroughput": 2e5}  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_no_text_moves_as_a_page_comes_slowly(browser, built, width):
    viewport = {"width": width, "height": 900}
    with checkers.served(SITE) as address:
        for page in [*(f"book/{name}" for name in PAGES), *GENERATED]:
            with browser.new_context(viewport=viewport) as context:
                # The fonts of formulas may move a line, and are worth it.
                context.route("**/KaTeX*", lambda route: route.abort())
                tab = context.new_page()
                network = context.new_cdp_session(tab)
                network.send("Network.enable")
                network.send("Network.emulateNetworkConditions", SLOW)
                tab.add_init_script(SHIFTS)
                tab.goto(f"{address}/{page}.html", wait_until="networkidle")
                assert "Literata" in loaded_fonts(tab)
                assert tab.evaluate("shift") < 0.02, page


def test_the_first_address_leads_to_the_chapter(open_tab):
    tab = open_tab("index.html")
    tab.wait_for_url("**/book/index.html")
    assert "Recurrent Network" in tab.inner_text("h1")


def loaded_fonts(tab):
    names = tab.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded')"
        ".map(f => f.family)"
    )
    return {name.strip('"') for name in names}


def typefaces(tab, selector):
    """Return the families that the text of an element is drawn with."""
    inspector = tab.context.new_cdp_session(tab)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument")["root"]["nodeId"]
    query = {"nodeId": root, "selector": selector}
    node = inspector.send("DOM.querySelector", query)["nodeId"]
    used = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})
    return {font["familyName"] for font in used["fonts"]}


def test_the_first_view_of_each_page_is_set_in_the_typeface(open_tab):
    for page in [*(f"book/{name}" for name in PAGES), *GENERATED]:
        tab = open_tab(f"{page}.html")  # nothing is in its cache
        title = "article h1, .bd-search-container h1"
        assert typefaces(tab, title) == {"Literata"}, page
        assert tab.locator(title).is_visible()


def test_text_formulas_and_icons_are_set_in_their_fonts(open_tab):
    tab = open_tab("book/model.html")
    expected = {"KaTeX_Main", "KaTeX_Math", "Literata", "Font Awesome 6 Free"}
    assert expected <= loaded_fonts(tab)
    box = tab.locator("#equation-eq-hidden .katex-html").bounding_box()
    assert box["width"] > 100 and box["height"] > 15
    icon = tab.locator(".theme-switch-button i:visible").bounding_box()
    assert icon["width"] > 8


def test_a_formula_can_be_selected_as_it_is_read(open_tab):
    tab = open_tab("book/model.html")
    spoken = tab.locator("#equation-eq-hidden math")
    assert "tanh" in spoken.text_content()
    selected = tab.evaluate("""() => {
        const formula = document.querySelector("#equation-eq-hidden");
        getSelection().selectAllChildren(formula);
        return getSelection().toString();
    }""")
    assert "tanh" in selected


def test_a_wide_formula_scrolls_within_reach_of_the_keyboard(open_tab):
    formulas = open_tab("book/model.html", 390).locator(".katex-display")
    wide = formulas.evaluate_all(
        "all => all.map(f => [f.scrollWidth > f.clientWidth, f.tabIndex])"
    )
    assert [True, 0] in wide and [True, -1] not in wide


@pytest.mark.parametrize(("width", "layers"), [(390, 4), (1280, 0)])
def test_a_shade_on_a_phone_says_that_there_is_more(open_tab, width, layers):
    tab = open_tab("book/model.html", width)
    for box in (".katex-display", "div.cell_input pre", "div.output pre"):
        image = tab.locator(f".bd-article {box}").first.evaluate(
            "box => getComputedStyle(box).backgroundImage"
        )
        assert image.count("linear-gradient(") == layers


@pytest.mark.parametrize("width", [390, 1280])
def test_code_stands_on_a_surface(open_tab, width):
    tab = open_tab("book/rerun.html", width)
    for box in ("div.cell_input pre", "section > div.highlight-text pre"):
        color = tab.locator(f".bd-article {box}").first.evaluate(
            "box => getComputedStyle(box).backgroundColor"
        )
        assert color == "rgb(246, 244, 238)"


def test_code_can_be_copied(open_tab):
    tab = open_tab(
        "book/model.html", permissions=["clipboard-read", "clipboard-write"]
    )
    cell = tab.locator("div.cell_input div.highlight").first
    cell.hover()
    cell.locator("button.copybtn").click()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip()


def test_folded_code_opens(open_tab):
    folded = open_tab("book/model.html").locator("details.hide").first
    code = folded.locator("pre").first
    assert not code.is_visible()
    folded.get_by_text("Show the code").click()
    assert code.is_visible()
    folded.get_by_text("Hide the code").click()
    assert not code.is_visible()


def test_the_colour_mode_can_be_chosen_and_is_kept(open_tab, address):
    tab = open_tab("book/model.html", scheme="light")
    seen = set()
    for _ in range(3):
        tab.locator(".theme-switch-button:visible").click()
        seen.add(tab.get_attribute("html", "data-mode"))
        theme = tab.get_attribute("html", "data-theme")
        color = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (color == "rgb(23, 24, 27)") is (theme == "dark")
        if theme == "dark":
            tab.goto(f"{address}/book/corpus.html")
            assert tab.get_attribute("html", "data-theme") == "dark"
    assert seen == {"light", "dark", "auto"}


def test_the_contents_lead_from_page_to_page(open_tab):
    tab = open_tab("book/index.html")
    tab.locator("nav.bd-links").get_by_text("4. The Recurrent Model").click()
    tab.wait_for_url("**/book/model.html")
    tab.locator("a.right-next").click()
    tab.wait_for_url("**/book/prediction.html")
    tab.locator("nav.page-toc").get_by_text("Warming up").click()
    assert tab.url.endswith("#warming-up")


def test_the_contents_open_on_a_phone(open_tab):
    tab = open_tab("book/model.html", 390)
    entry = tab.get_by_role("link", name="5. Prediction", exact=True)
    assert not entry.is_visible()
    tab.locator("button.primary-toggle").click()
    entry.click()
    tab.wait_for_url("**/book/prediction.html")


@pytest.mark.parametrize("width", [390, 1280])
def test_search_finds_a_page(open_tab, width):
    tab = open_tab("book/index.html", width)
    tab.keyboard.press("Control+k")
    tab.keyboard.type("perplexity")
    tab.keyboard.press("Enter")
    results = tab.locator("#search-results li a")
    results.first.wait_for()
    links = results.evaluate_all("links => links.map(a => a.href)")
    assert any("training.html" in link for link in links)


def test_answers_open_by_the_keyboard(open_tab):
    tab = open_tab("book/model.html")
    for answer, part in [
        ("details.sd-dropdown", ".sd-summary-content"),
        (".tag_hide-cell details", ".cell_input"),
    ]:
        folded = tab.locator(answer).first
        assert not folded.locator(part).is_visible()
        folded.locator("summary").focus()
        tab.keyboard.press("Enter")
        assert folded.locator(part).is_visible()


def test_from_an_equation_to_its_code_and_back(open_tab):
    tab = open_tab("book/model.html")
    tab.click("#equation-eq-hidden a.trace")
    tab.wait_for_url("**/equations.html#trace-eq-hidden")
    tab.click("a[href$='model.html#equation-eq-hidden']")
    tab.wait_for_url("**/model.html#equation-eq-hidden")
    tab.locator("span.c1 a", has_text="eq-hidden").first.click()
    tab.wait_for_url("**/equations.html#trace-eq-hidden")


def test_from_a_symbol_and_a_term_to_their_meaning(open_tab):
    tab = open_tab("book/model.html")
    tab.locator("a[href$='#sym-batch']").first.click()
    tab.wait_for_url("**/notation.html#sym-batch")
    tab.go_back()
    tab.locator("strong a", has_text="hidden state").first.click()
    tab.wait_for_url("**/notation.html#term-hidden-state")
