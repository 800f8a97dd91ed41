"""Addresses of AWS that take signed requests: who calls them by plain HTTPS can't sign, so they would have to be open."""

from __future__ import annotations

_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".api.aws")
# Load balancers and websites take no signatures.
_UNSIGNED = (".elb.", ".s3-website")


def host_of(address: str) -> str:
    """The host of a URL in lower case, without port; of a text without a scheme, its start."""
    rest = str.__str__(address).partition("://")[2] or str.__str__(address)
    return rest.partition("/")[0].rpartition("@")[2].partition(":")[0].lower()


def takes_signatures(address: str) -> bool:
    """Whether a URL is an API, function or service of AWS, which knows callers by SigV4."""
    host = host_of(address)
    return host.endswith(_HOSTS) and not any(mark in host for mark in _UNSIGNED)
