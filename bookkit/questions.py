"""Questions that a page asks its reader, with answers that it computes.

A question shows itself as Markdown with HTML in it: each option is a fold,
which gives the reason of its being right or wrong. ``questions.js`` marks and
remembers what was chosen, and takes the numbers that are typed.
"""

import re
from typing import Any

from bookkit.files import checksum
from bookkit.numerals import typeset

OPTION = """
<details class="{}"{}>
<summary>

{}

</summary>

{}

</details>
"""
FORM = """
<form>
<label>Your answer <input autocomplete="off"></label> <button>Check</button>
<div role="status"></div>
</form>
<div class="otherwise" hidden>

{}

</div>
"""
QUESTION = """\
<fieldset class="question{kind}" {place}>
<legend>Question</legend>

{prompt}
{form}{options}
</fieldset>
"""
NUMBER = re.compile(r"`(−?\d+(?:,\d{3})*(?:\.\d+)?)(?: .*)?`")  # and a unit


class Question:
    """Ask for one of a few options, or for a number.

    An option is ``(value, reason)``. The one that is right has the same text
    as ``answer``. Where there is no answer, but claims to judge, an option is
    ``(claim, reason, is_right)``. Values are written by ``show``, as in
    ``"{:.2f} bits"``. With ``otherwise`` the reader types a number; the
    options are then those that are expected, and ``otherwise`` is said of the
    rest.

    Raises ValueError if there are not two to five options, if two have the
    same text, or if not exactly one is right.
    """

    def __init__(
        self,
        prompt: str,
        *options: tuple[Any, ...],
        answer: Any = None,
        show: str = "",
        otherwise: str = "",
    ) -> None:
        self.prompt, self.show, self.otherwise = prompt, show, otherwise
        self.name = f"q-{checksum(prompt)[:8]}"
        right = self._text(answer)  # without an answer, each claim tells it
        self.options = []
        for value, reason, *known in options:
            text = self._text(value)
            is_right = known[0] if known else text == right
            self.options.append((text, reason, bool(is_right)))
        texts = [text for text, *_ in self.options]
        if not 2 <= len(texts) <= 5 or len({*texts}) < len(texts):
            raise ValueError(f"two to five different options, not {texts}")
        if (count := sum(is_right for *_, is_right in self.options)) != 1:
            raise ValueError(f"{count} of {texts} are right: {prompt}")
        # In an order of chance that is the same at each build
        self.options.sort(key=lambda option: checksum(option[0]))

    def _text(self, value: Any) -> str:
        """Return a value as Markdown."""
        if isinstance(value, str) and not self.show:
            return value
        show = self.show or ("{:,}" if type(value) is int else "{}")
        return f"`{typeset(show.format(value))}`"

    def __repr__(self) -> str:
        """Return the question as text."""
        return "\n".join([self.prompt, *(f"- {o[0]}" for o in self.options)])

    def _repr_markdown_(self) -> str:
        return self.markdown(f'id="{self.name}"')

    def markdown(self, place: str) -> str:
        """Return the question with an attribute that identifies it."""
        return QUESTION.format(
            kind=" typed" if self.otherwise else "",
            place=place,
            prompt=self.prompt,
            form=FORM.format(self.otherwise) if self.otherwise else "",
            options="".join(self._option(*option) for option in self.options),
        )

    def _option(self, text: str, reason: str, is_right: bool) -> str:
        kind = "right" if is_right else "wrong"
        verdict = "Right." if is_right else "No."
        summary, value = text, ""
        if self.otherwise:
            summary = "The answer" if is_right else f"If you have {text}"
            verdict = f"{text} is right." if is_right else verdict
            value = f' data-value="{number(text)}"'
        return OPTION.format(kind, value, summary, f"**{verdict}** {reason}")


class Variants:
    """Show a question; keep variants with different numbers for later."""

    def __init__(self, first: Question, *others: Question) -> None:
        self.first, self.others = first, others

    def __repr__(self) -> str:
        """Return the question as text."""
        return repr(self.first)

    def _repr_markdown_(self) -> str:
        name, shown = self.first.name, [self.first._repr_markdown_()]
        for i, other in enumerate(self.others, start=1):
            place = f'id="{name}-{i}" data-of="{name}" hidden'
            shown.append(other.markdown(place))
        return "\n".join(shown)


def number(text: str) -> str:
    """Return the number in an option's text as Python writes it.

    Raises ValueError if the text is more than a number and its unit.
    """
    if found := NUMBER.fullmatch(text):
        return found[1].replace(",", "").replace("−", "-")
    raise ValueError(f"{text} is no number that can be typed")
