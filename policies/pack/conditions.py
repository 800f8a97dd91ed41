"""What the condition block of a policy statement means.

Two questions. *Does a condition limit?* An Allow for everybody with `aws:SourceAccount` equal to one account is
not public; with `*`, with `...IfExists` or with `StringNotEquals` it is. *Does it hold for a request?* A Deny
where `aws:SecureTransport` is false is only worth something if it really applies to a request without TLS.

IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
values" (keys and operators are joined by and, values by or, by nor for the negated operators), "Single-valued
vs. multivalued context keys" (`ForAllValues` is true when the key is missing).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# The keys by which a policy tells whose requests it takes: the caller's own identity or organisation ...
CALLER_KEYS = (
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:userid",
    "kms:CallerAccount",
)
# ... the network the request comes through ...
NETWORK_KEYS = ("aws:SourceVpc", "aws:SourceVpce", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths")
# ... or, where a service calls, the resource it calls for ("cross-service confused deputy prevention").
SOURCE_KEYS = (
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
)
# `aws:SourceIp` is not among them: an address range is no identity, and anybody's account can call from behind it. Rules
# on what AWS itself calls not public behind a fixed range add it: buckets (S3 User Guide, "The meaning of public")
# and APIs.
LIMITING_KEYS = (*CALLER_KEYS, *NETWORK_KEYS, *SOURCE_KEYS)

# Keys that every request carries, so that `...IfExists` on them is as good as without
# (IAM User Guide, "AWS global condition context keys", "Availability").
_ALWAYS_THERE = frozenset(
    {"aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:requestedregion", "s3:signatureversion"}
)
# What every identifier of a kind begins with: `o-*` is every organisation.
_COMMON_STARTS = ("o-", "ou-", "r-", "vpc-", "vpce-", "arn:", "arn:aws:", "repo:")
_WILDCARDS = "*?"
# S3 User Guide, "The meaning of public": what is broader than these is public; private ranges are not.
_WIDEST = {4: 8, 6: 32}
_PRIVATE_IPV6 = ipaddress.IPv6Network("fc00::/7")


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a condition block; `operator` and `key` in lower case."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def quantifier(self) -> str:
        """`foranyvalue`, `forallvalues`, or nothing."""
        head, colon, _ = self.operator.partition(":")
        return head if colon else ""

    @property
    def test(self) -> str:
        """The operator alone: `stringlike` of `ForAnyValue:StringLikeIfExists`."""
        return self.operator.rpartition(":")[2].removesuffix("ifexists")

    @property
    def if_exists(self) -> bool:
        """Whether the condition also holds when the request does not carry the key."""
        return self.operator.endswith("ifexists") or self.quantifier == "forallvalues"

    @property
    def negated(self) -> bool:
        """`StringNotEquals`, `ArnNotLike`, `NotIpAddress` and the like: true for all but the values."""
        return "not" in self.test

    @property
    def limits(self) -> bool:
        """Whether an Allow under this condition is kept to few requests: the key has to be one of few values.

        A negated test, a test that a missing key passes, and a value that is nothing but wildcards limit
        nothing. `Null` only asks whether the key is there.
        """
        if self.negated or self.test == "null" or not self.values:
            return False
        if self.if_exists and self.key not in _ALWAYS_THERE:
            return False
        if self.test == "bool":
            return len({value.lower() for value in self.values}) == 1
        return not any(_anything(self.test, value) for value in self.values)

    def holds(self, found: str | Sequence[str] | None) -> bool:
        """Whether the condition is true of a request in which the key has this value; None: it is missing.

        Several values are those of a multivalued key. Policy variables (`${aws:username}`) are compared as text.
        """
        if self.test == "null":
            return any((value.lower() == "true") is (found is None) for value in self.values)
        if found is None:
            return self.if_exists or self.negated
        request = (found,) if isinstance(found, str) else tuple(found)
        verdicts = [self._one(item) for item in request]
        if self.quantifier == "forallvalues":
            return all(verdicts)
        if self.quantifier == "foranyvalue" or not self.negated:
            return any(verdicts)
        return all(verdicts)

    def _one(self, found: str) -> bool:
        compare = _TESTS.get(self.test.replace("not", ""))
        if compare is None:
            return False
        return any(compare(value, found) for value in self.values) is not self.negated


def applies(
    conditions: Sequence[Condition], request: Mapping[str, str | Sequence[str] | None]
) -> bool | None:
    """Whether a condition block is true of a request of which `request` tells some keys (in any case).

    None when that depends on a key which `request` does not mention. A key with the value None is missing from
    the request, which is not the same as not mentioned.
    """
    told = {key.lower(): value for key, value in request.items()}
    judged = [
        condition.holds(told[condition.key]) if condition.key in told else None for condition in conditions
    ]
    if False in judged:
        return False
    return None if None in judged else True


@lru_cache(maxsize=4096)
def pattern(text: str, *, fold: bool = True) -> re.Pattern[str]:
    """The regular expression of an IAM pattern, in which `*` is any text and `?` any character."""
    body = "".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in text)
    return re.compile(body, re.DOTALL | (re.IGNORECASE if fold else 0))


def _anything(test: str, value: str) -> bool:
    """Whether a value of a test lets everything through, or everything of a kind."""
    if test == "ipaddress":
        return _wide_range(value)
    if value.startswith("arn:"):
        return _any_arn(value)
    literal = re.split(r"[*?]", value, maxsplit=1)[0]
    return literal != value and (literal in _COMMON_STARTS or not value.strip("*?:/-"))


def _wide_range(value: str) -> bool:
    """Whether a range of addresses is wider than any one owner's."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_PRIVATE_IPV6):
        return False
    return network.prefixlen < _WIDEST[network.version]


def _any_arn(value: str) -> bool:
    """Whether an ARN pattern names no account, and no resource by which an ARN without account is known."""
    parts = value.split(":", 5)
    if len(parts) < 6:
        return value.endswith("*")
    account, resource = parts[4], parts[5]
    return not (account or resource).strip(_WILDCARDS)


def _like(value: str, found: str) -> bool:
    return pattern(value, fold=False).fullmatch(found) is not None


def _in_range(value: str, found: str) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(value, strict=False)
    except (ValueError, TypeError):
        return False


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def test(value: str, found: str) -> bool:
        try:
            return compare(float(found), float(value))
        except ValueError:
            return False

    return test


# By operator without its negation: does the request's value pass the policy's?
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": lambda value, found: value == found,
    "stringequalsignorecase": lambda value, found: value.lower() == found.lower(),
    "stringlike": _like,
    "arnequals": _like,
    "arnlike": _like,
    "binaryequals": lambda value, found: value == found,
    "bool": lambda value, found: value.lower() == found.lower(),
    "ipaddress": _in_range,
    "numericequals": _numbers(lambda found, value: found == value),
    "numericlessthan": _numbers(lambda found, value: found < value),
    "numericlessthanequals": _numbers(lambda found, value: found <= value),
    "numericgreaterthan": _numbers(lambda found, value: found > value),
    "numericgreaterthanequals": _numbers(lambda found, value: found >= value),
}
