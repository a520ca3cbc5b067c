"""Findings: a note is shown where one is false, and pages are read."""

from unittest.mock import ANY, Mock

import pytest

from bookkit import findings
from bookkit.findings import finding, stated

PAGE = """\
The prose may name `finding("is-so", "It is so.", True)`.

```{code-cell} ipython3
:tags: [hide-input]

for x in range(3):
    finding(
        "one-is-less", "One is less "
        "than two.",
        1 < 2,
    )
```

```{code-cell} ipython3
---
tags: [hide-input]
---
finding("two-is-more", "Two is more.", 2 > 1)
```

```{code-cell} ipython3
finding("not finished
```
"""


def test_a_finding_shows_a_note_if_it_is_false(monkeypatch):
    show = Mock()
    monkeypatch.setattr("IPython.display.display", show)
    finding("two-is-more", "Two is more than one.", 2 > 1, True)
    show.assert_not_called()
    finding("one-is-less", "One < two.", True, 1 > 2)
    facts = {"charrnn": {"finding": "One < two."}}
    show.assert_called_once_with(ANY, raw=True, metadata=facts)
    (data,) = show.call_args.args
    assert "“One &lt; two.”" in data["text/html"]
    for kind in ("text/plain", "text/markdown"):
        assert "“One < two.”" in data[kind]


def test_a_finding_needs_a_name_and_a_condition():
    with pytest.raises(ValueError, match="not with 'It is so.'"):
        finding("It is so.", True)
    with pytest.raises(ValueError, match="needs a condition"):
        finding("is-so", "It is so.")


def test_the_findings_of_pages_are_read_from_their_cells(
    tmp_path, monkeypatch
):
    (tmp_path / "page.md").write_text(PAGE, "utf-8")
    monkeypatch.setattr(findings, "BOOK", tmp_path)
    assert stated() == [
        ("page", "one-is-less", "One is less than two."),
        ("page", "two-is-more", "Two is more."),
    ]
