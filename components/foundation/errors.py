"""The error a user sees when an argument of a component is wrong: where, what, remedy, in one line."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


class ComponentError(pulumi.RunError, ValueError):
    """An argument that can't work; Pulumi prints it as one line, without a stack trace.

    `path` is where the value stands (`nat.mode`), relative to the object that is checked; `problem` says what
    is wrong with it and `remedy` what to write instead.
    """

    def __init__(self, path: str, problem: str, remedy: str = "") -> None:
        self.path = path
        self.problem = problem
        self.remedy = remedy
        super().__init__(self._line(path))

    def _line(self, path: str) -> str:
        text = f"{path}: {self.problem}" if path else self.problem
        return f"{text}; {self.remedy}" if self.remedy else text

    def under(self, prefix: str) -> ComponentError:
        """The same error, seen from one level further out."""
        return ComponentError(join_path(prefix, self.path), self.problem, self.remedy)


def join_path(*parts: object) -> str:
    """Join the parts of a value's path: keys with dots, list positions in brackets."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif str(part):
            path += f".{part}" if path else str(part)
    return path


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy for an unknown word: the nearest right one, else all right ones."""
    choices = sorted(known)
    close = get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return "known here: " + ", ".join(choices) if choices else "nothing is allowed here"


def explain(error: ValidationError, root: str) -> list[ComponentError]:
    """Turn what pydantic found into our errors, one a wrong value, with paths that start at `root`."""
    return _without_repeats(_explain_one(detail, root) for detail in error.errors(include_url=False))


def _explain_one(detail: ErrorDetails, root: str) -> ComponentError:
    where = join_path(root, *(part for part in detail["loc"] if not _is_union_branch(part)))
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, ComponentError):
        return cause.under(where)
    if detail["type"] == "missing":
        return ComponentError(where, "is missing", "give it a value")
    return ComponentError(where, _describe(detail))


def _describe(detail: ErrorDetails) -> str:
    """What is wrong, with the value that was given where it is short and plain."""
    message = detail["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    given = detail["input"]
    if isinstance(given, str | int | float | bool) and len(str(given)) <= 64:
        return f"{given!r}: {message}"
    return message


def _is_union_branch(part: object) -> bool:
    """Pydantic puts the name of a union's branch (`str`, `is-instance[Output]`) into the path; nobody wrote it."""
    return isinstance(part, str) and (part in {"str", "int", "bool", "list[str]"} or "[" in part)


def _without_repeats(errors: Iterable[ComponentError]) -> list[ComponentError]:
    """One error a path: a union reports each branch that did not fit."""
    seen: dict[str, ComponentError] = {}
    for error in errors:
        seen.setdefault(error.path, error)
    return list(seen.values())
