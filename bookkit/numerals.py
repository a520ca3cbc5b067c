"""Numbers as a book prints them: −0.5 and 7.6 × 10⁻¹³."""

import re
from html import escape

RAISED, LOWERED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789"
EXPONENT = re.compile(r"(?<=\d)e([+-]\d+)")
MINUS = re.compile(r"(?<!\w)-(?=[\d.i])")  # not a hyphen; inf is a number


def typeset(text: str) -> str:
    """Return a text with its formatted numbers as a book prints them."""
    return MINUS.sub("−", EXPONENT.sub(_power, text))


def to_html(text: str) -> str:
    """Return a text as HTML; the site's typeface has few raised digits."""
    return re.sub(f"[{RAISED}]+", _lower, escape(text))


def _power(found: re.Match[str]) -> str:
    exponent = str(int(found[1])).replace("-", "−")
    raised = exponent.translate(str.maketrans(LOWERED, RAISED))
    return "" if exponent == "0" else f"\u00a0×\u00a010{raised}"


def _lower(found: re.Match[str]) -> str:
    lowered = found[0].translate(str.maketrans(RAISED, LOWERED))
    return f"<sup>{lowered}</sup>"
