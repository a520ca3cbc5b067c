"""Unused rules are dropped from the stylesheet of the site."""

import pytest
from chapter.theme.stylesheet import classes_in, drop_unused

CLASSES = classes_in('<p class="used here">gone</p>', "list.add('added')")


@pytest.mark.parametrize(
    "rule",
    [
        ".used{a:b}",
        ".gone,.used .added{a:b}",
        ".used:not(.gone, :is(.lost)){a:b}",
        "p > em[lang='a.gone']{width:.5em}",
        '@font-face{src:url("a.woff2")}',
    ],
)
def test_a_rule_that_may_apply_is_kept(rule):
    assert drop_unused(rule, CLASSES) == rule


def test_a_rule_is_dropped_if_all_selectors_need_an_unused_class():
    css = "/* a, b */.gone,.used.gone{a:b}@media print{.by p{a:b}.here{a:b}}"
    assert drop_unused(css, CLASSES) == "@media print{.here{a:b}}"
