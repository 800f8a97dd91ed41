"""Rules on AppSync's logs, limits and caches. Who may call is in `appsync_auth`."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

API = "aws:appsync/graphQLApi:GraphQLApi"
CACHE = "aws:appsync/apiCache:ApiCache"


@rule(on=API, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_193"])
def appsync_api_logged(api: Resource) -> Verdict:
    """The log is the only record of who asked for what."""
    remedy = 'Set `log_config={"cloudwatch_logs_role_arn": ..., "field_log_level": "ERROR"}`.'
    return api.expect_set("logConfig.cloudwatchLogsRoleArn", remedy)


@rule(on=API, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_194", "SecurityHub AppSync.2"])
def appsync_api_field_log(api: Resource) -> Verdict:
    """One GraphQL request calls many resolvers; only the log by field says which one failed."""
    return api.expect_one_of("logConfig.fieldLogLevel", ("ERROR", "ALL", "INFO", "DEBUG"), absent="NONE")


@rule(on=API, severity=LOW, theme=Theme.LOGGING)
def appsync_api_traced(api: Resource) -> Verdict:
    """A trace shows which resolver made a request slow or fail."""
    return api.expect("xrayEnabled", value=True)


@rule(on=API, severity=MEDIUM, theme=Theme.RESILIENCE)
def appsync_api_depth_limited(api: Resource) -> Verdict:
    """A query may nest without end, and one small request then does the work of thousands."""
    return api.expect_at_least("queryDepthLimit", 1, absent=0)


@rule(on=API, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def appsync_api_no_introspection(api: Resource) -> Verdict:
    """Introspection hands the whole schema to whoever looks for a way in."""
    return api.expect("introspectionConfig", "DISABLED", absent="ENABLED")


@rule(
    on=CACHE,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_214", "SecurityHub AppSync.1"],
)
def appsync_cache_encrypted(cache: Resource) -> Verdict:
    """The cache holds answers as they were sent to signed-in users."""
    return cache.expect("atRestEncryptionEnabled", value=True)


@rule(
    on=CACHE,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_215", "SecurityHub AppSync.6"],
)
def appsync_cache_tls(cache: Resource) -> Verdict:
    """Answers travel between AppSync and its cache as they were sent to signed-in users."""
    return cache.expect("transitEncryptionEnabled", value=True)
