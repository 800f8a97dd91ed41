"""Rules on ElastiCache: users of the kind `iam`, whose tokens are made by SigV4.

ElastiCache User Guide, "Authenticating with IAM": Valkey 7.2 or Redis OSS 7.0 and newer, TLS, and a user group; the
user's name and id are the same. Memcached and nodes outside a replication group know no users.
"""

from __future__ import annotations

import re

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

USER = "aws:elasticache/user:User"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"


@rule(on=USER, severity=HIGH, theme=Theme.SIGV4)
def elasticache_auth_user_iam(user: Resource) -> Verdict:
    """A token that is signed with SigV4 lives 15 minutes; a password lives until somebody changes it."""
    mode = user.text("authenticationMode.type")
    if mode == "iam":
        return PASS
    # Every group needs a user named `default`, which can't be of IAM; switched off it lets nobody in.
    if user.text("userName") == "default" and "off" in user.text("accessString").split():
        return PASS
    return violation(
        "authenticationMode.type",
        "is not set" if not mode else "is not iam",
        'Set `authentication_mode={"type": "iam"}`; a user named `default` gets `access_string="off -@all"`.',
    )


@rule(on=USER, severity=MEDIUM, theme=Theme.SIGV4)
def elasticache_auth_user_same_name(user: Resource) -> Verdict:
    """AWS refuses an IAM user whose name and id differ, as the token is signed for both."""
    if user.text("authenticationMode.type") != "iam" or user.text("userName") == user.text("userId"):
        return PASS
    return violation("userName", "differs from `userId`", "Set `user_name` to the same text as `user_id`.")


@rule(on=GROUP, severity=HIGH, theme=Theme.SIGV4)
def elasticache_auth_user_group(group: Resource) -> Verdict:
    """A cache without users takes one password from everybody, or none."""
    if not group.known("globalReplicationGroupId") or group.text("globalReplicationGroupId"):
        return PASS  # A secondary of a global datastore is given users there.
    return group.expect_set(
        "userGroupIds", "Set `user_group_ids=[group.user_group_id]` with users of the type iam."
    )


@rule(on=GROUP, severity=HIGH, theme=Theme.SIGV4)
def elasticache_auth_no_token(group: Resource) -> Verdict:
    """An AUTH token is one password for all clients and all commands."""
    remedy = "Use `user_group_ids` with users of the type iam."
    for path in ("authToken", "authTokenWo"):
        if not group.known(path) or group.text(path):
            return violation(path, "is a password for everybody", remedy)
    return PASS


@rule(on=GROUP, severity=MEDIUM, theme=Theme.SIGV4)
def elasticache_auth_iam_version(group: Resource) -> Verdict:
    """Before Redis OSS 7.0 a cache can only be asked with passwords."""
    version = group.text("engineVersion")
    found = re.match(r"\d+", version)
    if not found or int(found[0]) >= 7:
        return PASS  # Not named: AWS takes a newer one. Valkey begins with 7.2.
    return violation(
        "engineVersion", "knows no IAM authentication", 'Use `engine="valkey"`, or Redis OSS 7.0 or newer.'
    )


@rule(on=GROUP, severity=MEDIUM, theme=Theme.SIGV4)
def elasticache_auth_tls_only(group: Resource) -> Verdict:
    """While TLS is only preferred the cache also takes connections without it, on which IAM can't be used."""
    return group.expect_not("transitEncryptionMode", "preferred")


@rule(on=SERVERLESS, severity=HIGH, theme=Theme.SIGV4)
def elasticache_auth_serverless(cache: Resource) -> Verdict:
    """A serverless cache without a user group lets everybody in who reaches it."""
    if cache.text("engine").lower() == "memcached":
        return PASS  # It knows no users.
    return cache.expect_set(
        "userGroupId", "Set `user_group_id=group.user_group_id` with users of the type iam."
    )
