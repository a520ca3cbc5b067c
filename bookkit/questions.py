"""Questions that a page asks its reader, with answers that it computes.

A question shows itself as Markdown with HTML in it: each option is a fold,
which gives the reason of its being right or wrong. ``questions.js`` marks and
remembers what was chosen, and takes the numbers that are typed.
"""

import ast
import builtins
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

OPTION = """
<details class="{kind}"{data}>
<summary>

{summary}

</summary>

{reason}

</details>
"""
FORM = """
<form>
<label>Your answer <input inputmode="decimal" autocomplete="off"></label>
<button>Check</button>
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
NUMERAL = re.compile(r"(?<![\w.:])\d")  # not that in H_0, or in {:.2f}
RESULT = re.compile(r"(?<![\w.])(?:\d[\d,]*\.\d|\d+\s?%|\d[\d,]*\d\d)")


class Question:
    """Ask for one of a few options, or for a number.

    An option is ``(value, reason)``. The one that is right has the same text
    as ``answer``. Where there is no answer, but claims to judge, an option is
    ``(claim, reason, is_right)``. Values are written by ``show``, as in
    ``"{:.2f} bits"``. With ``otherwise`` the reader types a number; the
    options are then those that are expected, and ``otherwise`` is said of any
    other number.

    Raises ValueError if there are not two to five options, if two have the
    same text, or if not exactly one is right.
    """

    def __init__(
        self,
        prompt: str,
        options: Sequence[tuple[Any, ...]],
        *,
        answer: Any = None,
        show: str = "",
        otherwise: str = "",
    ) -> None:
        self.prompt, self.show, self.otherwise = prompt, show, otherwise
        right = self._text(answer)
        self.options = [
            (
                self._text(value),
                reason,
                *(known or [self._text(value) == right]),
            )
            for value, reason, *known in options
        ]
        texts = [text for text, *_ in self.options]
        if not 2 <= len(texts) <= 5 or len({*texts}) < len(texts):
            raise ValueError(f"two to five different options, not {texts}")
        if (count := sum(is_right for *_, is_right in self.options)) != 1:
            raise ValueError(
                f"{count} of {texts} are right, {right}: {prompt}"
            )
        # The right one first where it is typed, otherwise in a random order
        # that is the same at each build.
        self.options.sort(
            key=lambda option: (
                not (self.otherwise and option[2]),
                checksum(option[0]),
            )
        )

    def _text(self, value: Any) -> str:
        """Return a value as Markdown."""
        if isinstance(value, str) and not self.show:
            return value
        show = self.show or ("{:,}" if isinstance(value, int) else "{}")
        return f"`{show.format(value)}`"

    def __repr__(self) -> str:
        """Return the question as text."""
        return "\n".join([self.prompt, *(f"- {o[0]}" for o in self.options)])

    def _repr_markdown_(self) -> str:
        return self.markdown(f'id="q-{checksum(self.prompt)}"')

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
        verdict = "Right." if is_right else "No."
        summary, data = text, ""
        if self.otherwise:
            summary = "The answer" if is_right else f"If you have {text}"
            verdict = f"{text} is right." if is_right else verdict
            data = f' data-value="{number(text)}"'
        return OPTION.format(
            kind="right" if is_right else "wrong",
            data=data,
            summary=summary,
            reason=f"**{verdict}** {reason}",
        )


class Variants:
    """Show a question; keep others, of other numbers, for another time."""

    def __init__(self, first: Question, *others: Question) -> None:
        self.first, self.others = first, others

    def __repr__(self) -> str:
        """Return the question as text."""
        return repr(self.first)

    def _repr_markdown_(self) -> str:
        name = f"q-{checksum(self.first.prompt)}"
        place = f'id="{name}-{{}}" data-of="{name}" hidden'
        hidden = [
            question.markdown(place.format(i))
            for i, question in enumerate(self.others, start=1)
        ]
        return "\n".join([self.first._repr_markdown_(), *hidden])


def checksum(text: str) -> str:
    """Return a short checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def number(text: str) -> str:
    """Return the first number in a text, without commas."""
    found = re.search(r"-?\d[\d,]*(?:\.\d+)?", text)
    if found is None:
        raise ValueError(f"{text} is no number to type")
    return found[0].replace(",", "")


def typed_numbers(code: str) -> Iterator[str]:
    """Return what the questions in some code type and should compute.

    In an option this is any number, by itself, in a tuple, or in a text; in
    the other texts it is a number that looks like a result.
    """
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Question":
            yield from filter(RESULT.search, texts(call))
            for option in getattr(call.args[1], "elts", call.args[1:2]):
                value = getattr(option, "elts", [option])[0]
                if any(map(is_typed, getattr(value, "elts", [value]))):
                    yield ast.unparse(value)


def texts(code: ast.AST) -> Iterator[str]:
    """Return the texts in an expression, without what they compute."""
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield code.value
    if not isinstance(code, ast.FormattedValue | ast.Subscript):
        for part in ast.iter_child_nodes(code):
            yield from texts(part)


def is_typed(value: ast.expr) -> bool:
    """Return whether an option, or a part of it, has a number and no name."""
    parts = list(ast.walk(value))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    if names - vars(builtins).keys():  # it is computed
        parts = []
    numbers = [p for p in parts if isinstance(p, ast.Constant)]
    is_number = any(type(number.value) in (int, float) for number in numbers)
    return is_number or any(map(NUMERAL.search, texts(value)))
