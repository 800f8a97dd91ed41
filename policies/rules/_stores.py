"""What the rules on data stores share: keys of one's own, database parameters, versions, protected passwords."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from policies.pack import paths
from policies.pack.resource import Part, as_bool, as_number
from policies.pack.values import Unknown, Value
from policies.pack.verdict import PASS, NotKnownError, Verdict, violation


class _Code:
    """A piece of Pulumi Python in a remedy, shown without quotes."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


_KEY = _Code("key.arn")

# Passwords that AWS's own guides and blog posts print; the first that an attacker tries. Lower case.
PRINTED_PASSWORDS = frozenset(
    {
        "admin",
        "admin123",
        "awsuser123",
        "changeme",
        "mustbeeightcharacters",
        "mustbeeightchars",
        "mypassword",
        "mysecretpassword",
        "mysqladmin123",
        "oraadmin123",
        "password",
        "password1",
        "password123",
        "postgres",
        "secret99",
        "secret123",
        "barbarbarbar",
        "avoid-plaintext-passwords",
        "must_be_eight_characters",
    }
)

_TRUE_TEXTS = frozenset({"on", "yes", "required", "enabled"})
_NUMBERS = re.compile(r"\d+")


def customer_key(part: Part, path: str) -> Verdict:
    """Pass when `path` names a KMS key that is the customer's: neither left out nor one of AWS's own."""
    if not part.known(path):
        return PASS  # Given, and computed from another resource.
    key = part.get(path)
    remedy = f"Set `{paths.argument(part.at(path), _KEY)}` with a key of `aws.kms.Key`."
    if key in (None, ""):
        return violation(part.at(path), "is not set, so AWS's own key is used", remedy)
    if isinstance(key, str) and ("alias/aws/" in key or key.startswith("AWS_OWNED")):
        return violation(part.at(path), "is a key of AWS's own", remedy)
    return PASS


def not_printed_password(part: Part, path: str) -> Verdict:
    """Pass unless the password is one that guides print."""
    if part.text(path).lower() not in PRINTED_PASSWORDS:
        return PASS
    return violation(
        part.at(path), "is a password that guides print", "Let Secrets Manager make it, or `random`."
    )


def parameter(group: Part, *names: str) -> Value:
    """The value of a database parameter, the last one given; None when the group does not set it.

    Raises NotKnownError when the parameter, or the name of a parameter that could be it, is not known.
    """
    wanted = {name.lower() for name in names}
    found: Value = None
    open_path = ""
    for item in group.each("parameters"):
        if isinstance(item.value, Unknown) or not item.known("name"):
            open_path = item.path
        elif item.text("name").lower() in wanted:
            found = item.get("value")
    if found is None and open_path:
        raise NotKnownError(open_path)
    return found


def is_on(value: Value) -> bool:
    """Whether a parameter's value switches it on: 1, "1", "ON", true..."""
    text = value.lower() if isinstance(value, str) else ""
    return as_bool(value) is True or as_number(value) == 1 or text in _TRUE_TEXTS


def set_parameter(group: Part, name: str, value: str, *, on_by_default: bool = False) -> Verdict:
    """Pass when a parameter group switches a parameter on; `on_by_default`: the engine does so by itself."""
    found = parameter(group, name)
    if is_on(found) or (found is None and on_by_default):
        return PASS
    what = f"does not set `{name}`" if found is None else f"switches `{name}` off"
    return violation("parameters", what, f'Add `{{"name": "{name}", "value": "{value}"}}` to `parameters`.')


def version(text: str) -> tuple[int, ...]:
    """The leading numbers of a version: "8.0.mysql_aurora.3.04" -> (8, 0, 3, 4). Empty when there are none."""
    return tuple(int(number) for number in _NUMBERS.findall(text)[:4])


def given(part: Part, names: Iterable[str]) -> bool:
    """Whether one of the properties is given, known or not."""
    return any(not part.known(name) or part.get(name) not in (None, "", [], {}) for name in names)


def lower_texts(part: Part, path: str) -> set[str]:
    """The texts of a list in lower case."""
    return {text.lower() for text in part.texts(path)}


def json_object(part: Part, path: str) -> Part:
    """A JSON text (or an object) as a part that can be read by path; empty when it is not an object."""
    value = part.get(path)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    return Part(value if isinstance(value, dict) else {}, part.at(path))


def json_list(part: Part, path: str) -> list[Part]:
    """The objects of a JSON text that is a list; a single object counts as a list of one."""
    value = part.get(path)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    items = value if isinstance(value, list) else [value]
    here = part.at(path)
    return [Part(item, f"{here}[{index}]") for index, item in enumerate(items) if isinstance(item, dict)]


def any_public(part: Part, path: str, remedy: str) -> Verdict:
    """Pass unless a statement of the policy at `path` allows everybody."""
    total = PASS
    for statement in part.document(path).allowing:
        if statement.public:
            total &= violation(f"{statement.path}.Principal", "is everybody", remedy)
    return total
