"""Rules on RDS event subscriptions: who hears when a database fails or is changed."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import lower_texts

# Source type -> categories of events that somebody should hear of.
_EVENTS = {
    "db-cluster": {"maintenance", "failure"},
    "db-instance": {"maintenance", "configuration change", "failure"},
    "db-parameter-group": {"configuration change"},
    "db-security-group": {"configuration change", "failure"},
}


@rule(
    on="aws:rds/eventSubscription:EventSubscription",
    severity=LOW,
    theme=Theme.LOGGING,
    same_as=["SecurityHub RDS.19", "SecurityHub RDS.20", "SecurityHub RDS.21", "SecurityHub RDS.22"],
)
def rds_event_subscription_complete(subscription: Resource) -> Verdict:
    """A subscription that leaves failures or maintenance out tells of everything but what matters."""
    if not subscription.flag("enabled", absent=True):
        return violation("enabled", "is false", "Set `enabled=True` or remove the subscription.")
    wanted = _EVENTS.get(subscription.text("sourceType"), set())
    chosen = lower_texts(subscription, "eventCategories")
    if not chosen or wanted <= chosen:
        return PASS  # None chosen means all.
    names = ", ".join(sorted(wanted))
    return violation("eventCategories", "leaves out events that matter", f"Add all of: {names}.")
