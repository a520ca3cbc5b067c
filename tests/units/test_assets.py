"""The stylesheet of the site: what is kept of it."""

import tinycss2
from chapter.page.assets import drop_unread, keep_used, names_in


def test_a_property_is_kept_as_long_as_something_reads_it():
    css = (
        ':root{--far: 1px;--near: var(--far);--unread: url("a;b}c");'
        "--once: 2px;--twice: var(--once);--script: 3px;}"
        "p{margin: var(--near);color: red}"
    )
    assert drop_unread(css, 'style.setProperty("--script", 4)') == (
        ":root{--far: 1px;--near: var(--far);--script: 3px;}"
        "p{margin: var(--near);color: red}"
    )


def test_a_class_with_two_dashes_is_no_property():
    css = ".block--wide:hover{color: red}"
    assert drop_unread(css, "") == css


def test_rules_of_classes_that_no_page_has_are_left_out():
    rules = tinycss2.parse_stylesheet(
        ".used{a:b} .unused,.used p{c:d} @media print{.unused{e:f}}"
    )
    assert keep_used(rules, {"used", "p"}) == ".used{a:b}\n.used p{c:d}"


def test_rules_of_elements_and_ids_that_no_page_has_are_left_out():
    css = "p>em,#here:not(.gone)::after{a:b}table p,#gone,em.gone{c:d}"
    pages = '<p class="gone-by"><em id="here">gone</em></p>'
    kept = keep_used(tinycss2.parse_stylesheet(css), names_in(pages, ""))
    assert kept == "p>em,#here:not(.gone)::after{a:b}"
