"""The chapter as one PDF, read as a reader of PDFs does, and as it prints."""

import copy
import os
import re
import subprocess
import sys

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from chapter.offer.downloads import PDF
from chapter.print import browser as chromium
from chapter.print import document
from chapter.print import pdf as printing
from shared.site import PAGES, SITE, article
from shared.tools import need

WORDLESS = re.compile(r"\s+")
DOCUMENT = SITE.parent / "print" / "chapter.html"
# Links for the site alone.
ON_SCREEN = ".headerlink, .trace, a[download]"
WIDTH = 529  # px: that of a page of the book between its margins


@pytest.fixture(scope="module")
def pdf(built):
    if chromium.find() is None:
        need("Chromium", "to print the PDF")
    with pikepdf.open(SITE / PDF) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def texts(pdf):
    """Return the text of each page, without spaces and line ends."""
    with pypdfium2.PdfDocument(SITE / PDF) as opened:
        pages = [page.get_textpage() for page in opened]
        return [squeeze(page.get_text_bounded()) for page in pages]


@pytest.fixture(scope="module")
def outline(pdf):
    """Return title, depth, and page of all entries of the outline."""
    numbers = {page.objgen: i for i, page in enumerate(pdf.pages, start=1)}

    def walk(entries, depth):
        for entry in entries:
            number = numbers[entry.destination[0].objgen]
            yield squeeze(entry.title), depth, number
            yield from walk(entry.children, depth + 1)

    with pdf.open_outline() as outline:
        return list(walk(outline.root, 1))


def squeeze(text):
    """Drop all space; write out the joined letters of the typeface."""
    for joined, letters in {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff"}.items():
        text = text.replace(joined, letters)
    return WORDLESS.sub("", text)


def headings():
    """Return title and depth of all headings of the print, in order.

    They are those of the site, and at the end of a page its solutions.
    """
    for name in PAGES:
        for heading in article(name).select("h1, h2, h3"):
            title = heading.get_text().removesuffix("#")
            yield squeeze(title), int(heading.name[1])
        exercises = article(name).select(".exercise > .admonition-title")
        if exercises:
            yield squeeze("Solutions to the exercises of this chapter"), 2
        for exercise in exercises:
            yield squeeze(exercise.get_text().rpartition(" (")[0]), 3


def test_the_outline_has_every_page_and_section(outline):
    assert outline[0][:2] == ("Contents", 1)
    assert [entry[:2] for entry in outline[1:]] == list(headings())
    numbers = [number for _, _, number in outline]
    assert numbers == sorted(numbers)


def test_pages_are_where_the_contents_and_the_outline_say(outline, texts):
    contents = "".join(texts[1 : outline[1][2] - 1])
    for title, depth, number in outline:
        assert title in texts[number - 1]
        listed = f"{title}{number}" in contents
        assert listed or depth == 3 or title == "Contents"


def test_every_page_states_its_number_and_the_title_of_its_part(
    outline, texts
):
    assert 100 < len(texts) < 500
    assert not texts[0].startswith("1") and "RecurrentNetwork" in texts[0]
    parts = {number: title for title, depth, number in outline if depth == 1}
    part = ""
    for number, text in enumerate(texts[1:], start=2):
        part = parts.get(number, part).removeprefix("Contents")
        assert text.startswith(f"{part}{number}"), text[:80]


def expected_links():
    """Return where the links of all pages lead to, by the site itself."""
    for name in PAGES:
        part = copy.copy(article(name))  # that of the page is for others too
        for link in part.select(f"a[href]:not({ON_SCREEN})"):
            if "_modules" not in link["href"]:
                document.lead(link, name, PAGES)
                yield link["href"]
        for exercise in part.select("div.exercise"):
            yield f"#{document.place(name, exercise['id'])}"
            yield f"#{document.place(name, 'solution-' + exercise['id'])}"


def test_links_lead_where_those_of_the_site_do(pdf):
    links = [link for page in pdf.pages for link in page.get("/Annots", [])]
    inside = {str(x.Dest).removeprefix("/") for x in links if "/Dest" in x}
    outside = {str(x.A.URI) for x in links if "/Dest" not in x}
    assert inside == {name.removeprefix("/") for name in pdf.Root.Dests}
    expected = set(expected_links())
    assert len(expected) > 100
    assert {x[1:] for x in expected if x.startswith("#")} <= inside
    assert {x for x in expected if not x.startswith("#")} == outside


def test_no_line_of_code_or_output_is_cut(texts):
    whole = "".join(texts)
    codes = [code for name in PAGES for code in article(name).select("pre")]
    lines = [line for code in codes for line in code.get_text().splitlines()]
    assert len(lines) > 1000
    assert [line for line in lines if squeeze(line) not in whole] == []


def test_no_word_in_italics_or_bold_is_missing(texts):
    hyphen = re.compile("[-\u00ad\u2010\x02\ufffe]")
    whole = hyphen.sub("", "".join(texts))
    words = [
        hyphen.sub("", squeeze(text))
        for name in PAGES
        for part in article(name).select("p em, p strong")
        if not part.select(".math")
        for text in part.find_all(string=True)
    ]
    assert len(words) > 200
    assert [word for word in words if word not in whole] == []


@pytest.fixture(scope="module")
def printed(browser, pdf):
    """Open what Chromium prints, as it prints it, but on one long page.

    A test leaves it as it was.
    """
    viewport = {"width": WIDTH, "height": 900}
    with browser.new_context(viewport=viewport) as context:
        tab = context.new_page()
        tab.emulate_media(media="print")
        tab.goto(DOCUMENT.as_uri())
        tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        yield tab


BEYOND = """() => {
    const {left, right} = document.body.getBoundingClientRect();
    return [...document.querySelectorAll("body *:not(svg *)")].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width && (box.right > right + 1 || box.left < left - 1);
    }).map(e => e.outerHTML.slice(0, 200));
}"""
SCROLLING = """() => [...document.querySelectorAll("main *")].filter(e =>
    e.clientWidth && e.scrollWidth > e.clientWidth + 1
    && !e.closest("math, svg")
    && getComputedStyle(e).overflowX != "visible"
).map(e => e.outerHTML.slice(0, 200))"""
WRAPPED = """() => [...document.querySelectorAll("pre")].filter(e => {
    const height = e.offsetHeight;
    e.style.whiteSpace = "pre";
    const unwrapped = e.offsetHeight;
    e.style.whiteSpace = "";
    return height > unwrapped + 1;
}).map(e => e.textContent.slice(0, 200))"""


def test_nothing_reaches_beyond_the_page_or_it_would_be_found(printed):
    for measure in (BEYOND, SCROLLING, WRAPPED):
        assert printed.evaluate(measure) == []
    printed.evaluate("document.querySelector('h1').style.width = '1000px'")
    (found,) = printed.evaluate(BEYOND)
    assert "Contents" in found
    printed.evaluate("document.querySelector('pre').style.fontSize = '20px'")
    assert len(printed.evaluate(WRAPPED)) == 1
    for changed in ("h1", "pre"):
        printed.locator(changed).first.evaluate("e => e.style = ''")


def test_nothing_is_folded_or_for_the_screen_alone(printed):
    script = "script:not(body > script)"  # but for what prepares the print
    for unseen in ("details", "button", script, "source", ON_SCREEN):
        assert printed.locator(unseen).count() == 0
    solutions = sum(
        len(article(name).select("details.solution")) for name in PAGES
    )
    assert printed.locator(".exercise .aside").count() == solutions
    assert printed.locator("h3 + .aside").count() == solutions


def test_fonts_are_embedded(pdf):
    found, waiting = {}, [page.Resources for page in pdf.pages]
    while waiting:  # figures have fonts of their own
        resources = waiting.pop()
        for font in resources.get("/Font", {}).values():
            found[str(font.BaseFont).partition("+")[2]] = font
        for drawn in resources.get("/XObject", {}).values():
            waiting.append(drawn.get("/Resources", {}))
    assert any("Literata" in name for name in found)
    assert any("LatinModernMath" in name for name in found)
    for name, font in found.items():  # none is drawn letter by letter
        (inner,) = font.DescendantFonts
        assert "/FontFile2" in inner.FontDescriptor, name


def test_readers_and_screen_readers_are_told_what_it_is(pdf):
    told = {name: str(value) for name, value in pdf.docinfo.items()}
    assert told == {  # no date, and no machine
        "/Title": "A Recurrent Network from Scratch",
        "/Author": "the charrnn authors",
    }
    assert pdf.Root.Lang == "en"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.PageMode == "/UseOutlines"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_formulas_and_figures_are_told_in_words(pdf):
    told = {
        str(part["/Alt"])
        for part in pdf.objects
        if isinstance(part, pikepdf.Dictionary) and "/Alt" in part
    }
    for name in PAGES:
        printed = article(name).select("img:not(.other-unit img)")
        assert {image["alt"] for image in printed} <= told
    assert any(r"\tanh(\mathbf{X}_t \mathbf{W}_{xh}" in text for text in told)


@pytest.mark.skipif(os.name != "posix", reason="the browser is a script")
@pytest.mark.parametrize(
    ("does", "seconds", "error"),
    [
        ("time.sleep(600)", 1, subprocess.TimeoutExpired),
        ("'no page'", 60, FileNotFoundError),
    ],
)
def test_a_browser_that_hangs_is_stopped_and_one_that_writes_nothing_named(
    tmp_path, monkeypatch, does, seconds, error
):
    program = tmp_path / "chromium"
    program.write_text(f"#!{sys.executable}\nimport time\n{does}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(chromium, "find", lambda: program)
    monkeypatch.setattr(printing, "TIMEOUT", seconds)
    with pytest.raises(error, match="page.pdf"):
        printing.run(tmp_path / "page.html", tmp_path / "page.pdf")


PARTS = """[...document.querySelectorAll("pre .part")]
    .map(part => [part.textContent, part.matches(".long")])"""


def test_code_goes_on_overleaf_after_a_blank_line_alone(printed, texts):
    parts = printed.evaluate(PARTS)
    assert len(parts) > 700
    codes = "".join(printed.locator("pre").all_text_contents())
    assert "".join(part for part, _ in parts) == codes
    whole = [squeeze(part) for part, is_long in parts if not is_long]
    assert len(parts) - len(whole) < 0.04 * len(parts)
    assert [p for p in whole if not any(p in text for text in texts)] == []


LINKS = """() => [...document.querySelectorAll("a[href]")].filter(link => {
    const look = getComputedStyle(link);
    return look.textDecorationLine != "none"
        || look.color != getComputedStyle(link.parentElement).color;
}).map(link => link.outerHTML.slice(0, 200))"""


def test_links_have_the_look_of_the_text_around_them(printed):
    assert printed.evaluate(LINKS) == []
    rule = "a.reference { text-decoration: underline !important; }"
    style = printed.add_style_tag(content=rule)
    assert len(printed.evaluate(LINKS)) > 500
    style.evaluate("style => style.remove()")


def tagged_pages(part, numbers):
    """Return on which pages a part of the structure of a PDF is."""
    found, waiting = set(), [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Array):
            waiting.extend(part)
        elif isinstance(part, pikepdf.Dictionary):
            if "/Pg" in part:
                found.add(numbers[part.Pg.objgen])
            waiting.extend([part.K] if "/K" in part else [])
    return found


def test_no_figure_is_torn_from_its_caption(pdf):
    numbers = {page.objgen: i for i, page in enumerate(pdf.pages, start=1)}
    figures = [
        part
        for part in pdf.objects
        if isinstance(part, pikepdf.Dictionary)
        and part.get("/S") == "/Figure"
        and "/Alt" not in part  # as images and formulas have
    ]
    shown = "figure:not(.other-unit)"
    expected = sum(len(article(name).select(shown)) for name in PAGES)
    assert len(figures) == expected > 30
    torn = [tagged_pages(figure, numbers) for figure in figures]
    assert [pages for pages in torn if len(pages) != 1] == []


@pytest.fixture(scope="module")
def named():
    """Return the links of the print that name a page, and all others."""
    text = DOCUMENT.read_text("utf-8")
    links = BeautifulSoup(text, "html.parser").select("main a[href^='#']")
    naming = [link for link in links if link.select_one(".page")]
    return naming, [link for link in links if link not in naming]


def test_references_name_the_pages_they_lead_to(named, pdf, texts):
    naming, _ = named
    assert len(naming) > 250
    numbers = printing.page_numbers(SITE / PDF)
    whole = "".join(texts)
    for link in naming:
        said = squeeze(link.select_one(".page").get_text())
        assert said == f"p.{numbers[link['href'][1:]]}"
        assert squeeze(link.get_text()) in whole, link


def test_references_within_a_section_and_terms_name_no_page(named):
    naming, others = named
    for link in naming:
        assert not link.select_one(".std-term, code"), link
        assert "--sym-" not in link["href"] and not link.find_parent("pre")
        assert "bibliography--" not in link["href"], link
    plain = [x for x in others if x.select_one(".std-doc, .std-numref")]
    assert plain
    for link in plain:  # to this section, or not for the first time
        section = link.find_parents("section")[-2:][0]
        block = link.find_parent(["p", "li", "td", "dd", "h2", "h3"])
        again = block.select_one(f"a[href='{link['href']}'] > .page")
        assert section.find(id=link["href"][1:]) or again, link
