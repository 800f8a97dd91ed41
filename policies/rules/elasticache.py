"""Rules on ElastiCache: replication groups (Valkey, Redis OSS), Memcached clusters, serverless caches, users.

A cluster with `replicationGroupId` takes its settings from the group. Valkey encrypts at rest by itself; TLS for
Memcached needs 1.6.12 (ElastiCache User Guide, "In-transit encryption").
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key, given, not_printed_password, version
from policies.rules._subnets import private_subnets

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
USER = "aws:elasticache/user:User"

_MEMCACHED_TLS = (1, 6, 12)


def _follows_group(cache: Resource) -> bool:
    """A member of a replication group, or the second Region of a global one."""
    return given(cache, ("replicationGroupId" if cache.type == CLUSTER else "globalReplicationGroupId",))


def _memcached(cache: Resource) -> bool:
    return cache.text("engine").lower() == "memcached"


@rule(
    on=GROUP,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"atRestEncryptionEnabled": True},
    same_as=["SecurityHub ElastiCache.4", "CKV_AWS_29"],
)
def elasticache_group_encrypted(group: Resource) -> Verdict:
    """Snapshots and swapped pages lie on disks; Redis OSS encrypts them only when told to, at creation."""
    if _follows_group(group):
        return PASS
    valkey = group.text("engine", absent="redis").lower() == "valkey"
    return group.expect("atRestEncryptionEnabled", value=True, absent=valkey)


@rule(on=GROUP, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_191"])
def elasticache_group_customer_key(group: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(group, "kmsKeyId")


@rule(on=SERVERLESS, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def elasticache_serverless_customer_key(cache: Resource) -> Verdict:
    """A serverless cache is always encrypted, but only a key of one's own lets one decide who decrypts."""
    return customer_key(cache, "kmsKeyId")


@rule(
    on=GROUP,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub ElastiCache.5", "CKV_AWS_30"],
)
def elasticache_group_tls(group: Resource) -> Verdict:
    """Without TLS sessions, tokens and the password go through the network in the clear."""
    if _follows_group(group):
        return PASS
    return group.expect("transitEncryptionEnabled", value=True)


@rule(on=GROUP, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def elasticache_group_token_not_printed(group: Resource) -> Verdict:
    """A token that a guide prints is the first one that is tried."""
    return not_printed_password(group, "authToken") & not_printed_password(group, "authTokenWo")


@rule(
    on=GROUP,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub ElastiCache.3", "CKV2_AWS_50"],
)
def elasticache_group_fails_over(group: Resource) -> Verdict:
    """With a replica in another zone and failover the cache is back within a minute when a zone is gone."""
    if _follows_group(group):
        return PASS
    return group.expect("automaticFailoverEnabled", value=True) & group.expect("multiAzEnabled", value=True)


@rule(
    on=(GROUP, CLUSTER, SERVERLESS),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub ElastiCache.1", "CKV_AWS_134"],
)
def elasticache_snapshots(cache: Resource, *, minimum: int = 1) -> Verdict:
    """Without snapshots a cache that holds more than copies, such as sessions or queues, can't be brought back."""
    if cache.type == SERVERLESS:
        exempt = cache.text("engine").lower() == "memcached"
    else:
        exempt = _follows_group(cache) or _memcached(cache)
    if exempt:
        return PASS  # Memcached has no snapshots.
    return cache.expect_at_least("snapshotRetentionLimit", minimum, absent=0)


@rule(
    on=(GROUP, CLUSTER),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"autoMinorVersionUpgrade": True},
    same_as=["SecurityHub ElastiCache.2", "CKV_AWS_322"],
)
def elasticache_minor_upgrades(cache: Resource) -> Verdict:
    """Minor versions carry the security fixes; switched off, the known holes stay open."""
    return cache.expect_not("autoMinorVersionUpgrade", value=False, absent=True)


@rule(
    on=(GROUP, CLUSTER),
    severity=HIGH,
    theme=Theme.NETWORK,
    same_as=["SecurityHub ElastiCache.7", "CKV_AWS_323"],
)
def elasticache_own_subnets(cache: Resource) -> Verdict:
    """The default subnet group spans the default VPC, whose subnets are all public."""
    if _follows_group(cache):
        return PASS
    remedy = "Set `subnet_group_name` to a group of private subnets."
    if cache.known("subnetGroupName") and cache.text("subnetGroupName") == "default":
        return violation("subnetGroupName", "is the default group", remedy)
    return cache.expect_set("subnetGroupName", remedy)


@rule(on=(GROUP, CLUSTER, SERVERLESS), severity=MEDIUM, theme=Theme.NETWORK)
def elasticache_own_security_group(cache: Resource) -> Verdict:
    """Without a group of its own the cache shares the VPC's default one with whatever else was forgotten there."""
    if _follows_group(cache):
        return PASS
    return cache.expect_set("securityGroupIds", "Set `security_group_ids` to a group for the cache.")


@rule(
    on=CLUSTER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
)
def elasticache_memcached_tls(cluster: Resource) -> Verdict:
    """Memcached has no log-in; without TLS every cached value goes through the network in the clear."""
    if not _memcached(cluster):
        return PASS
    numbers = version(cluster.text("engineVersion"))
    if numbers < _MEMCACHED_TLS[: len(numbers)]:  # No version: the newest.
        return violation("engineVersion", "is too old for TLS", 'Set `engine_version="1.6.22"` or newer.')
    return cluster.expect("transitEncryptionEnabled", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def elasticache_memcached_cross_zone(cluster: Resource) -> Verdict:
    """All nodes in one zone are gone together, and the database takes every request at once."""
    if not _memcached(cluster) or (cluster.number("numCacheNodes") or 0) <= 1:
        return PASS
    return cluster.expect("azMode", "cross-az")


@rule(on=CLUSTER, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def elasticache_redis_in_group(cluster: Resource) -> Verdict:
    """A cluster outside a replication group has no encryption, no log-in and no second node."""
    if cluster.text("engine").lower() not in ("redis", "valkey") or _follows_group(cluster):
        return PASS
    return violation(
        "engine", "is Redis outside a replication group", "Use `aws.elasticache.ReplicationGroup`."
    )


@rule(on=(GROUP, CLUSTER), severity=LOW, theme=Theme.RESILIENCE)
def elasticache_waits_for_window(cache: Resource) -> Verdict:
    """An immediate change restarts nodes, and empties them, in the middle of the day."""
    return cache.expect_not("applyImmediately", value=True)


@rule(on=GROUP, severity=LOW, theme=Theme.LOGGING)
def elasticache_group_logs(group: Resource) -> Verdict:
    """The slow log and the engine's log are lost with the node unless they are delivered."""
    remedy = 'Set `log_delivery_configurations=[{"log_type": "slow-log", ...}]`.'
    return group.expect_set("logDeliveryConfigurations", remedy)


@rule(on="aws:elasticache/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def elasticache_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A cache's subnets need no way to or from the internet."""
    return private_subnets(group, stack)


@rule(on=CLUSTER, severity=LOW, theme=Theme.RESILIENCE)
def elasticache_own_parameters(cluster: Resource) -> Verdict:
    """The engine's default parameters can't be changed; a group of one's own can, without a new cluster."""
    return _own_group(cluster)


def _own_group(cluster: Part) -> Verdict:
    remedy = "Set `parameter_group_name` to an `aws.elasticache.ParameterGroup` of your own."
    if given(cluster, ("replicationGroupId",)):
        return PASS
    if cluster.known("parameterGroupName") and cluster.text("parameterGroupName").startswith("default."):
        return violation("parameterGroupName", "is the engine's default group", remedy)
    return cluster.expect_set("parameterGroupName", remedy)
