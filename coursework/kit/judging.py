"""Judge an attempt by what the solution, and known mistakes, do in its place.

A probe of a part calls an attempt, and yields what there is to see of its
properties. The same probe looks at the solution, and a property holds if the
two look alike. If it fails as it does by a known mistake, the name of the
mistake is the hint, and what the mistake costs is written in its data.
"""

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial, wraps
from types import FunctionType
from typing import Any

from coursework.kit import data, solution
from coursework.kit.calling import NO_ERROR, Mismatch, function_of
from coursework.kit.feedback import Failure, Feedback
from coursework.kit.values import difference, near

# A property, an expression, its value, and perhaps the right one.
Sight = tuple[Any, ...]
Probe = Callable[..., Iterator[Sight]]
PROBES: dict[str, list[tuple[list[str], Probe]]] = {}  # by part
VARIABLES: dict[str, list[str]] = {}  # of a notebook, by part
SETTINGS = {
    "batch_size",
    "num_steps",
    "num_hiddens",
}  # with which the solution is run, too
WROTE = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr,
    ast.Raise, ast.Return, ast.Yield,
)  # fmt: skip


def probe(
    properties: str, variables: str | None = None
) -> Callable[[Probe], Probe]:
    """Register a probe for the part whose name it has, before any "__".

    It is called with the ``variables`` of a notebook, the part alone if none
    are given, and with a seed. An error in it costs the ``properties``.
    """

    def register(function: Probe) -> Probe:
        part = function.__name__.partition("__")[0]
        names = part if variables is None else variables
        VARIABLES.setdefault(part, names.split())
        PROBES.setdefault(part, []).append((properties.split(), function))
        return function

    return register


Seen = dict[str, list[Sight]]  # by property, each without its name


def observe(part: str, attempt: tuple[Any, ...], seed: int) -> Seen:
    """Return what the probes of a part see. After a late one, all stop."""
    seen: Seen = {name: [] for name in data.parts()[part].properties}
    for names, look in PROBES[part]:
        try:
            for name, *sight in look(*attempt, seed):
                seen[name].append(tuple(sight))
        except Exception as error:  # of the attempt, or about its result
            found = explained(error)
            for name in seen if found.is_late else names:
                seen[name].append(("", found))
            if found.is_late:
                break
    return seen


def explained(error: Exception) -> Mismatch:
    """Return an error of a probe as students see it."""
    if isinstance(error, Mismatch):
        return error
    got = f"{type(error).__name__}: {error}".split("\n")[0]
    got = "None" if "NoneType" in got else got
    return Mismatch("the result", got, "a different type")


def settings_of(part: str, attempt: tuple[Any, ...]) -> solution.Settings:
    """Return the settings of a notebook that a part depends on."""
    named = zip(VARIABLES[part], attempt, strict=False)
    chosen = [(n, v) for n, v in named if n in SETTINGS and type(v) is int]
    return tuple((n, v) for n, v in chosen if v > 0)


@cache
def known(
    part: str, mistake: str, seed: int, settings: solution.Settings
) -> Seen:
    """Return what is seen of a mistake, or of the solution, which is ""."""
    found = data.parts()[part].mistakes.get(mistake)
    edit = found.edit if found else {}
    names = solution.attempt(part, edit, settings)
    return observe(part, tuple(names[n] for n in VARIABLES[part]), seed)


def is_alike(ours: list[Sight], theirs: list[Sight]) -> bool:
    """Return whether two lists have the same values, or near ones."""
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(
        getattr(b[1], "got", None) == a[1].got
        if isinstance(a[1], Mismatch)
        else near(a[1], b[1])
        for a, b in pairs
    )


def failure_of(
    lacked: data.Property, sights: list[Sight], rights: list[Sight]
) -> Failure | None:
    """Return why a property fails, or None if it does not."""
    for i, (what, value, *told) in enumerate(sights):
        if isinstance(value, Mismatch):
            called, got, expected, hint = value.args
            late = value.is_late
            return Failure(lacked, called, got, expected, hint, late)
        right = told[0] if told else rights[min(i, len(rights) - 1)][1]
        if not near(value, right):
            place, got, expected = difference(value, right)
            expected = "a different value" if lacked.hides else expected
            return Failure(lacked, f"{what}{place}", got, expected)
    if len(sights) < len(rights):
        return Failure(lacked, rights[len(sights)][0], "nothing", "more")
    return None


Failures = dict[str, Failure | None]


def failures_of(part: str, attempt: tuple[Any, ...], seed: int) -> Failures:
    """Return why properties fail, with hints, and None for those that hold."""
    facts, seen = data.parts()[part], observe(part, attempt, seed)
    has_solution = part in solution.blanks()  # or else the probe tells
    look = partial(known, part, seed=seed, settings=settings_of(part, attempt))
    right: Seen = look("") if has_solution else {}
    if any(
        isinstance(s[1], Mismatch) for sights in right.values() for s in sights
    ):
        known.cache_clear()
        raise RuntimeError("the solution fails here: is the machine too slow?")
    found = {
        name: failure_of(lacked, seen[name], right.get(name, []))
        for name, lacked in facts.properties.items()
    }
    if not has_solution or not any(found.values()):
        return found
    alike = {
        mistake: {n for n in seen if is_alike(seen[n], look(mistake)[n])}
        for mistake in facts.mistakes
    }
    made = next((m for m in alike if alike[m] == seen.keys()), "")
    costs = made and facts.mistakes[made].costs or unexcused(part, seen, found)
    return {
        name: failure.with_hints(made, hint_for(name, alike))
        if failure and name in costs
        else None
        for name, failure in found.items()
    }


def unexcused(part: str, seen: Seen, found: Failures) -> list[str]:
    """Return the properties that fail, but not because another one does.

    An error counts all the same.
    """
    properties = data.parts()[part].properties

    def counts(name: str) -> bool:
        is_error = any(isinstance(sight[1], Mismatch) for sight in seen[name])
        is_excused = any(map(counts, properties[name].after.split()))
        return bool(found[name]) and (is_error or not is_excused)

    return list(filter(counts, found))


def hint_for(name: str, alike: Mapping[str, set[str]]) -> str:
    """Return the mistake by which a property fails in the same way, or ""."""
    return next(
        (m for m, properties in alike.items() if name in properties), ""
    )


def evaluate(part: str, *attempt: Any, seed: int = 0) -> Feedback:
    """Judge an attempt; return the feedback.

    A function may call more functions of the student. If a property fails, it
    is looked at again with those of the solution instead, so that no mistake
    counts twice.
    """
    if is_blank(attempt[0]):
        hint = "nothing is written here yet"
        return refuse(part, "a blank", "your own", hint)
    failures, used = judge_apart(part, attempt, seed)
    names = globals_of(attempt[0])
    broken = [name for name in sorted(used) if not works(name, names, seed)]
    return Feedback(part, failures, tuple(broken))


def judge_apart(
    part: str, attempt: tuple[Any, ...], seed: int
) -> tuple[Failures, set[str]]:
    """Return the failures, and which functions of the solution mended some."""
    names, used = globals_of(attempt[0]), set[str]()
    failures = failures_of(part, attempt, seed)
    if not names or not any(failures.values()):
        return failures, used
    is_stuck = any(f and f.is_late for f in failures.values())
    with solutions_in(names, solution.blanks().keys() - {part}) as called:
        again = failures_of(part, attempt, seed)
    for name, failure in failures.items():
        other = again[name]  # an error hides what else is wrong
        if failure and (
            not other or failure.expected == NO_ERROR != other.expected
        ):
            failures[name] = other
            used = called
    return failures, set() if is_stuck else used


def refuse(part: str, got: str, expected: str, hint: str) -> Feedback:
    """Return the feedback on what is blank, missing, or imported."""
    found = data.parts()[part].properties.items()
    failures = {n: Failure(p, "", got, expected, hint) for n, p in found}
    return Feedback(part, failures)


@contextmanager
def solutions_in(
    names: dict[str, Any], replaced: Collection[str]
) -> Iterator[set[str]]:
    """Put functions of the solution in a notebook, instead of its own.

    Provides the names of those that are called meanwhile.
    """
    called: set[str] = set()

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def ours(*arguments: Any, **options: Any) -> Any:
            called.add(function.__name__)
            return function(*arguments, **options)

        return ours

    ours = solution.whole(())
    put = [n for n in replaced if callable(ours.get(n))]
    replacing = {name: noting(ours[name]) for name in put} | solution.SILENT
    kept = {name: names[name] for name in replacing if name in names}
    names.update(replacing)
    try:
        yield called
    finally:
        for name in replacing:
            names.pop(name, None)
        names.update(kept)


def globals_of(attempt: Any) -> dict[str, Any]:
    """Return the names that a function or a class of a notebook can use."""
    own = function_of(attempt) if callable(attempt) else None
    return own.__globals__ if own else {}


def is_own(attempt: Any) -> bool:
    """Return whether an attempt was made here, and not imported.

    What was imported is found again under its name in its module.
    """
    origin = getattr(attempt, "__module__", None)
    if not callable(attempt) or origin in (None, "__main__"):
        return True
    name = getattr(attempt, "__name__", "")
    return getattr(sys.modules.get(origin), name, None) is not attempt


def works(name: str, names: dict[str, Any], seed: int) -> bool:
    """Return whether a function of a notebook passes its own check."""
    if name not in names or not is_own(names[name]):
        return False
    return not any(judge_apart(name, (names[name],), seed)[0].values())


def is_blank(attempt: Any) -> bool:
    """Return whether nothing is computed and returned in a function or class.

    The heads of loops, and calls of functions that are given, may be there.
    """
    parts = vars(attempt).values() if inspect.isclass(attempt) else [attempt]
    functions = [part for part in parts if isinstance(part, FunctionType)]
    try:
        code = "\n".join(
            textwrap.dedent(inspect.getsource(part)) for part in functions
        )
        nodes = [*ast.walk(ast.parse(code))]
    except (OSError, SyntaxError):  # there is no source, or a part of a line
        return False
    return bool(functions) and not any(map(writes, nodes))


def writes(node: ast.AST) -> bool:
    """Return whether code keeps or returns a result, or calls for an effect.

    The calls that are given are of functions of the notebook.
    """
    match node:
        case ast.Expr(ast.Call(ast.Name(name))):
            return hasattr(builtins, name)
        case ast.Expr(ast.Call()):  # of a method
            return True
    return isinstance(node, WROTE)
