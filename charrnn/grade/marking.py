"""Mark what was seen of a notebook, in the grader's own process.

A worker runs the student's code and calls the probes, and sends what they
saw as JSON. The properties are judged here, against what is computed here,
for a case that is chosen here. So a student may replace the checks, PyTorch,
or the worker: that alters what is sent, and no mark.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import torch

from charrnn.checks import CHECKS, nothing_there
from charrnn.checks.verdict import Complaint
from charrnn.grade.rubric import Rubric
from charrnn.grade.sandbox import Outcome

DTYPES = {
    name: getattr(torch, name)
    for name in (
        "bfloat16", "bool", "float16", "float32", "float64", "int8", "int16",
        "int32", "int64", "uint8",
    )
}  # fmt: skip
LARGEST = 1 << 22  # numbers in a tensor
LONGEST = 1000  # characters of a text in a report


@dataclass
class Result:
    """Hold the points of a notebook by check, and what is to be said.

    A complaint is ``{"check", "properties", "lines"}``, with lines as those
    of ``Complaint``. ``trouble`` tells of cells that did not run, and
    ``reason`` why nothing ran.
    """

    points: dict[str, float] = field(default_factory=dict)
    complaints: list[dict[str, Any]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    reason: str = ""

    @property
    def total(self) -> float:
        """Return the points of the notebook."""
        return sum(self.points.values())

    def as_json(self) -> dict[str, Any]:
        """Return the result as data."""
        return asdict(self)


def mark(
    outcome: Outcome, rubric: Rubric, seed: int, cells: Sequence[str] = ()
) -> Result:
    """Return the marks of a notebook that was run, given its cells."""
    result = Result(trouble=trouble(outcome, cells))
    for check, worth in rubric.points.items():
        verdict = judge(check, outcome, seed)
        result.points[check] = sum(
            points for name, points in worth.items() if verdict[name] is None
        )
        grouped: dict[Complaint, list[str]] = {}
        for name in worth:
            if complaint := verdict[name]:
                grouped.setdefault(complaint, []).append(name)
        for complaint, names in grouped.items():
            lines = [(head, shown(said)) for head, said in complaint.lines]
            result.complaints.append({
                "check": check, "properties": names,
                "lines": [line for line in lines if line[1]],
            })  # fmt: skip
    return result


def judge(
    check: str, outcome: Outcome, seed: int
) -> Mapping[str, Complaint | None]:
    """Judge each property of an attempt; whatever was sent, it is judged."""
    if check in outcome.seen:
        try:
            seen = decode(outcome.seen[check]) | {"seed": seed}
            return CHECKS[check].judge(seen).complaints
        except Exception as error:  # of data that no probe returns
            return complain(check, f"malformed data ({type(error).__name__})")
    sent = outcome.missing.get(check)
    if isinstance(sent, list):
        missing = [name for name in CHECKS[check].needs if name in sent]
        return nothing_there(check, missing).complaints
    said = outcome.errors.get(f"check {check}") or outcome.end
    return complain(check, said or "nothing")


def complain(check: str, came: str) -> Mapping[str, Complaint | None]:
    """Complain of an attempt that could not be looked at."""
    complaint = Complaint(
        check, came, "an attempt that can be called, and comes to an end",
        "call it in a cell of its own, in a new kernel, and see what happens",
        "",
    )  # fmt: skip
    return dict.fromkeys(CHECKS[check].properties, complaint)


def decode(value: Any) -> Any:
    """Return data with its tensors.

    Raises ValueError, TypeError, or the like if it is not what a worker
    sends.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"tensor"}:
        return {name: decode(item) for name, item in value.items()}
    dtype, shape, flat = value["tensor"]
    if math.prod(max(size, 1) for size in shape) > LARGEST:
        raise ValueError(f"a tensor of {shape} is too large")
    return torch.tensor(flat, dtype=DTYPES[dtype]).reshape(shape)


def trouble(outcome: Outcome, cells: Sequence[str]) -> list[str]:
    """Return what is to be said of the cells, and of the notebook."""
    steps = [step for step in outcome.errors if step.startswith("code cell ")]
    steps.sort(key=cell_number)
    errors = [
        f"{step}{beginning(cells, cell_number(step))}: {outcome.errors[step]}"
        for step in steps
    ]
    ends = [outcome.end] if outcome.end else []
    return [shown(said) for said in [*errors, *outcome.notes, *ends]]


def cell_number(step: str) -> int:
    """Return the number of a code cell, counted from 1."""
    return int(step.split()[-1])


def beginning(cells: Sequence[str], number: int) -> str:
    """Return the first line of code of a cell, by which it is found."""
    source = cells[number - 1] if 0 < number <= len(cells) else ""
    code = (
        line for line in source.splitlines() if re.match(r"\s*[^\s#]", line)
    )
    return f" ({line.strip()[:60]})" if (line := next(code, "")) else ""


def shown(text: str) -> str:
    """Return a text as a report shows it: short, printable, and repeatable."""
    text = "".join(
        c if c.isprintable() or c == "\n" else "\ufffd" for c in text
    )
    text = re.sub("0x[0-9a-f]{6,}", "0x…", text)  # where an object lies
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
