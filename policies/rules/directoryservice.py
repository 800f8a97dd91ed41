"""Rules on Directory Service: what a trust lets in, and what a directory tells.

AWS Directory Service Administration Guide, "Trust relationships"; follows `sources/002...` line 3173 (one-way trust).
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

DIRECTORY = "aws:directoryservice/directory:Directory"
LOGS = "aws:directoryservice/logSubscription:LogSubscription"


@rule(on="aws:directoryservice/trust:Trust", severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def directoryservice_trust_one_way(trust: Resource) -> Verdict:
    """Databases here trust the users of the office; the office has no reason to trust what runs here."""
    return trust.expect("trustDirection", "One-Way: Outgoing")


@rule(on=DIRECTORY, severity=MEDIUM, theme=Theme.LOGGING)
def directoryservice_logged(directory: Resource, stack: Stack) -> Verdict:
    """Who tried which password stands in the directory's security log, which is kept only where it is sent to."""
    if directory.text("type", absent="SimpleAD") != "MicrosoftAD":
        return PASS  # The others have no such log.
    links = stack.referring(directory, LOGS, "directoryId")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.directoryId")
    return violation("logSubscription", "is missing", "Add `aws.directoryservice.LogSubscription`.")
