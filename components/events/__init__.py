"""Events over Regions and accounts: patterns, rules, a hub with spokes."""

from components.events.api_destination import ApiDestination, ApiDestinationArgs, ApiKey, OAuth
from components.events.bus_delegation import BusDelegation, BusDelegationArgs
from components.events.cloudtrail import api_calls_pattern
from components.events.event_bus import Archive, BusSettings
from components.events.event_hub import EventHub, HubSettings
from components.events.event_rule import EventRule, EventRuleArgs, RuleSettings
from components.events.forwarding_rule import ForwardingRule, ForwardingRuleArgs
from components.events.global_endpoint import GlobalEndpoint, GlobalEndpointArgs
from components.events.patterns import (
    EventPattern,
    anything_but,
    cidr,
    equals_ignore_case,
    exists,
    numeric,
    prefix,
    suffix,
    wildcard,
)
from components.events.routing import (
    CrossRegionEventRouting,
    CrossRegionEventRoutingArgs,
    Hub,
    Spoke,
)
from components.events.targets import Retry, Target, Transform
from components.foundation.accounts import AccountAccess, AccountId

__all__ = [
    "AccountAccess",
    "AccountId",
    "ApiDestination",
    "ApiDestinationArgs",
    "ApiKey",
    "Archive",
    "BusDelegation",
    "BusDelegationArgs",
    "BusSettings",
    "CrossRegionEventRouting",
    "CrossRegionEventRoutingArgs",
    "EventHub",
    "EventPattern",
    "EventRule",
    "EventRuleArgs",
    "ForwardingRule",
    "ForwardingRuleArgs",
    "GlobalEndpoint",
    "GlobalEndpointArgs",
    "Hub",
    "HubSettings",
    "OAuth",
    "Retry",
    "RuleSettings",
    "Spoke",
    "Target",
    "Transform",
    "anything_but",
    "api_calls_pattern",
    "cidr",
    "equals_ignore_case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
]
