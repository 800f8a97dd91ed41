"""What a rule sees of a resource: properties by path, with unknowns turned into the answer *undecided*.

`get` and the readers built on it raise `NotKnownError` where an unknown value stands in the way; the
analyzer catches it, so a rule may read as if every value were known. `expect` and its relatives give the
verdict at once and write the message, which names paths and the rule's own words, never a found value.

A property counts as absent when it is missing, null, or behind something that is not an object. Numbers and
booleans may come as text ("22", "true"): the readers and `expect` take both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policies.pack import paths
from policies.pack.document import Document, document
from policies.pack.values import Unknown, Value
from policies.pack.verdict import PASS, NotKnownError, Verdict, violation

_EMPTY: tuple[Value, ...] = (None, "", [], {})


class Part:
    """A resource's properties, or an object or element inside them; `path` says which."""

    __slots__ = ("path", "value")

    def __init__(self, value: Value, path: str = "") -> None:
        self.value = value
        self.path = path

    def at(self, path: str) -> str:
        """The full path of a property below this part, for `violation`."""
        return paths.join(self.path, path)

    def get(self, path: str) -> Value:
        """The value at `path`; None when it is absent. Raises NotKnownError when it is not known yet.

        An object or list that is returned may still hold unknowns; read further with `part` or `each`.
        """
        value = self.value
        if isinstance(value, Unknown):
            raise NotKnownError(self.at(path))
        if (
            "." not in path and "[" not in path
        ):  # Most paths are one property; this is the pack's hottest line.
            value = value.get(path) if isinstance(value, dict) else None
            if isinstance(value, Unknown):
                raise NotKnownError(self.at(path))
            return value
        walked = ""
        for step in paths.steps(path):
            if isinstance(step, str):
                walked = f"{walked}.{step}" if walked else step
                value = value.get(step) if isinstance(value, dict) else None
            else:
                walked = f"{walked}[{step}]"
                value = value[step] if isinstance(value, list) and step < len(value) else None
            if value is None:
                return None
            if isinstance(value, Unknown):
                raise NotKnownError(self.at(walked))
        return value

    def known(self, path: str) -> bool:
        """Whether `get(path)` would answer."""
        try:
            self.get(path)
        except NotKnownError:
            return False
        return True

    def has(self, path: str) -> bool:
        """Whether the property is present and not null."""
        return self.get(path) is not None

    def defaulted(self, name: str) -> bool:
        """Whether the provider has filled in the property, which the program left out."""
        names = self.value.get("__defaults") if isinstance(self.value, dict) else None
        return isinstance(names, list) and name in names

    def text(self, path: str, absent: str = "") -> str:
        """The text at `path`; `absent` when there is none. A number or boolean is not a text."""
        value = self.get(path)
        return value if isinstance(value, str) else absent

    def number(self, path: str) -> int | float | None:
        """The number at `path`, also when it comes as text; None when there is none."""
        return as_number(self.get(path))

    def flag(self, path: str, *, absent: bool = False) -> bool:
        """The boolean at `path`, also when it comes as text; `absent` when there is none."""
        value = as_bool(self.get(path))
        return absent if value is None else value

    def part(self, path: str) -> Part:
        """The object at `path` as a part of its own, empty when there is none."""
        return Part(self.get(path), self.at(path))

    def each(self, path: str = "") -> list[Part]:
        """The elements of the list at `path`; a single object or value counts as a list of one."""
        value = self.get(path) if path else self.value
        if isinstance(value, Unknown):
            raise NotKnownError(self.at(path))
        if value is None:
            return []
        here = self.at(path)
        if isinstance(value, list):
            return [Part(item, f"{here}[{index}]") for index, item in enumerate(value) if item is not None]
        return [Part(value, here)]

    def walk(self, path: str) -> list[Part]:
        """Every value at `path`, through all lists on the way: `ingress.cidrBlocks` of every rule.

        Raises NotKnownError when a list or object on the way is not known; a value at the end may be unknown.
        """
        parts: list[Part] = [self]
        for step in paths.steps(path):
            if isinstance(step, int):
                parts = [part for part in parts if part.path.endswith(f"[{step}]")]
            else:
                parts = [inner for part in parts for inner in part.each(step)]
        return parts

    def texts(self, path: str) -> list[str]:
        """The texts of the list at `path`. Raises NotKnownError when one element is not known."""
        return [part.value for part in self.known_each(path) if isinstance(part.value, str)]

    def known_each(self, path: str) -> list[Part]:
        """Like `each`, but every element must be known."""
        parts = self.each(path)
        for part in parts:
            if isinstance(part.value, Unknown):
                raise NotKnownError(part.path)
        return parts

    def document(self, path: str) -> Document:
        """The IAM policy at `path`, given as JSON text or as an object; empty when there is none."""
        return document(self.get(path), self.at(path))

    # Verdicts at once

    def expect(self, path: str, value: str | float | bool, *, absent: object = None) -> Verdict:
        """Pass when the property is `value`. `absent` is what AWS takes when the property is missing."""
        found = self.get(path)
        if same(absent if found is None else found, value):
            return PASS
        what = "is not set" if found is None else f"is not {shown(value)}"
        return violation(self.at(path), what, self._set(path, value))

    def expect_one_of(self, path: str, allowed: Iterable[str | int], *, absent: object = None) -> Verdict:
        """Pass when the property is one of `allowed`, best first."""
        choices = list(allowed)
        found = self.get(path)
        if any(same(absent if found is None else found, choice) for choice in choices):
            return PASS
        names = ", ".join(shown(choice) for choice in choices[:4]) + (", ..." if len(choices) > 4 else "")
        what = "is not set" if found is None else f"is none of {names}"
        return violation(self.at(path), what, self._set(path, choices[0]))

    def expect_not(self, path: str, value: str | float | bool, *, absent: object = None) -> Verdict:
        """Pass when the property is anything but `value`."""
        found = self.get(path)
        if not same(absent if found is None else found, value):
            return PASS
        remedy = self._set(path, not value) if isinstance(value, bool) else "Choose another value."
        return violation(self.at(path), f"is {shown(value)}", remedy)

    def expect_set(self, path: str, remedy: str) -> Verdict:
        """Pass when the property is given and not empty; a value that is not known yet is given."""
        if not self.known(path) or self.get(path) not in _EMPTY:
            return PASS
        return violation(self.at(path), "is not set", remedy)

    def expect_absent(self, path: str, remedy: str) -> Verdict:
        """Pass when the property is missing or empty."""
        return PASS if self.get(path) in _EMPTY else violation(self.at(path), "is set", remedy)

    def expect_at_least(self, path: str, minimum: float, *, absent: float | None = None) -> Verdict:
        """Pass when the number is at least `minimum`."""
        found = self.number(path)
        number = absent if found is None else found
        if number is not None and number >= minimum:
            return PASS
        what = f"is not set; at least {minimum} is needed" if found is None else f"is less than {minimum}"
        return violation(self.at(path), what, self._set(path, minimum))

    def _set(self, path: str, value: object) -> str:
        return f"Set `{paths.argument(self.at(path), value)}`."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource stands in its stack: what `AnalyzeStack` tells beside the properties."""

    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Resource(Part):
    """A resource: `type` is today's token, `name` its name in the program, `urn` its identity.

    Rules over the stack judge outputs, in which AWS's own choices stand beside the program's. `given` is what
    the program gave, where the engine has told it, else the same as the resource.
    """

    __slots__ = ("given", "name", "place", "type", "urn")

    def __init__(
        self,
        token: str,
        name: str,
        urn: str,
        properties: dict[str, Value],
        place: Place | None = None,
        inputs: dict[str, Value] | None = None,
    ) -> None:
        super().__init__(properties)
        self.given: Part = self if inputs is None else Part(inputs)
        self.type = token
        self.name = name
        self.urn = urn
        self.place = place or Place()

    def __repr__(self) -> str:
        return f"Resource({self.type}, {self.name})"


def as_bool(value: Value) -> bool | None:
    """Read a boolean that may come as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(str.lower(value))
    return None


def as_number(value: Value) -> int | float | None:
    """Read a number that may come as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return None
    return None


def same(found: object, expected: str | float | bool) -> bool:
    """Compare a found value with an expected one, whatever form the program sent it in."""
    if isinstance(expected, bool):
        return as_bool(found) is expected  # type: ignore[arg-type]  # anything else reads as None
    if isinstance(expected, str):
        return isinstance(found, str) and found == expected
    return as_number(found) == expected  # type: ignore[arg-type]  # anything else reads as None


def shown(value: object) -> str:
    """An expected value as it stands in a message."""
    return (
        {True: "true", False: "false"}[value]
        if isinstance(value, bool)
        else f'"{value}"'
        if isinstance(value, str)
        else str(value)
    )
