"""Rules on resources that are shared with other accounts."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.verdict import Verdict


@rule(
    on="aws:ram/resourceShare:ResourceShare",
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"allowExternalPrincipals": False},
)
def ram_share_inside_organization(share: Resource) -> Verdict:
    """A share that takes principals from outside the organisation can be given to anybody by a slip of a number."""
    return share.expect("allowExternalPrincipals", value=False, absent=False)
