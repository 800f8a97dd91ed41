"""JSONata as Step Functions evaluates it: the language, and the functions that Step Functions adds to it."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from jsonata import JException, Jsonata

HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class NotEvaluated(ValueError):  # noqa: N818 -- it says what happened
    """An expression that has no value; `code` is JSONata's own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def evaluate(expression: str) -> Any:
    """The value of an expression. Raises NotEvaluated."""
    try:
        made = Jsonata(expression)
        for name, function in FUNCTIONS.items():
            made.register_lambda(name, function)
        return made.evaluate(None)
    except JException as error:
        raise NotEvaluated(str(error.get_error()), str(error)) from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotEvaluated("UNKNOWN", str(error)) from None


def _partition(items: list[Any], size: float) -> list[list[Any]]:
    step = int(size)
    if step < 1:
        raise ValueError("$partition: the size of the parts is at least 1")
    return [items[start : start + step] for start in range(0, len(items), step)]


def _range(first: float, last: float, step: float) -> list[int]:
    start, end, by = int(first), int(last), int(step)
    if not by:
        raise ValueError("$range: the step is not 0")
    found = list(range(start, end + (1 if by > 0 else -1), by))
    if len(found) > 1000:
        raise ValueError("$range: there are more than 1000 items")
    return found


def _hash(text: str, algorithm: str) -> str:
    if algorithm not in HASHES:
        raise ValueError(f"$hash: {algorithm} is none of {', '.join(HASHES)}")
    return hashlib.new(HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _random(seed: float | None = None) -> float:
    return random.Random(seed).random()  # noqa: S311 -- a state machine's, not a secret


def _uuid() -> str:
    return str(uuid.uuid4())


def _parse(text: str) -> Any:
    return json.loads(text)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": _uuid,
    "parse": _parse,
}
