"""Rules on Redshift clusters, their parameters, logging, snapshots, data shares and statements.

The provider's defaults of version 7: encrypted and not public. Passwords are judged by `redshift_auth`.
"""

from __future__ import annotations

import re

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._stores import any_public, customer_key, given, is_on, not_printed_password, parameter
from policies.rules._subnets import private_subnets

CLUSTER = "aws:redshift/cluster:Cluster"
LOGGING = "aws:redshift/logging:Logging"
PARAMETERS = "aws:redshift/parameterGroup:ParameterGroup"
STATEMENT = "aws:redshiftdata/statement:Statement"

_USUAL_NAMES = frozenset({"awsuser", "admin", "administrator", "root", "master", "redshift", "user"})
_PUBLIC_SHARE = re.compile(r"publicaccessible\s*=?\s*true", re.IGNORECASE)
_GRANT_TO_PUBLIC = re.compile(r"\bgrant\b[^;]*\bto\s+public\b", re.IGNORECASE)


@rule(
    on=CLUSTER,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"encrypted": "true"},
    same_as=["SecurityHub Redshift.10", "CKV_AWS_64"],
)
def redshift_cluster_encrypted(cluster: Resource) -> Verdict:
    """A warehouse gathers the data of every system; unencrypted, so are its snapshots."""
    return cluster.expect_not("encrypted", value=False, absent=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_142"])
def redshift_cluster_customer_key(cluster: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts the warehouse and its snapshots."""
    return customer_key(cluster, "kmsKeyId")


@rule(
    on=CLUSTER,
    severity=CRITICAL,
    theme=Theme.NETWORK,
    fix={"publiclyAccessible": False},
    same_as=["SecurityHub Redshift.1", "CKV_AWS_87"],
)
def redshift_cluster_not_public(cluster: Resource) -> Verdict:
    """A public address puts the warehouse's log-in before everyone on the internet."""
    return cluster.expect_not("publiclyAccessible", value=True)


@rule(
    on=CLUSTER, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub Redshift.8", "CKV_AWS_391"]
)
def redshift_cluster_own_user_name(cluster: Resource) -> Verdict:
    """Half of a log-in is known when the administrator has the name that the console fills in."""
    if cluster.text("masterUsername").lower() not in _USUAL_NAMES:
        return PASS
    return violation("masterUsername", "is a name that everyone tries", "Choose another `master_username`.")


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def redshift_cluster_password_not_printed(cluster: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(cluster, "masterPassword") & not_printed_password(cluster, "masterPasswordWo")


@rule(
    on=CLUSTER, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub Redshift.9", "CKV_AWS_320"]
)
def redshift_cluster_own_database_name(cluster: Resource) -> Verdict:
    """Without a name the first database is called `dev`, which every attacker tries first."""
    if given(cluster, ("snapshotIdentifier", "snapshotArn")):
        return PASS  # It has the snapshot's databases.
    if cluster.text("databaseName", absent="dev").lower() == "dev":
        return violation("databaseName", "is not set, or `dev`", "Set `database_name` to a name of your own.")
    return PASS


@rule(
    on=CLUSTER,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"allowVersionUpgrade": True},
    same_as=["SecurityHub Redshift.6", "CKV_AWS_141"],
)
def redshift_cluster_upgrades(cluster: Resource) -> Verdict:
    """New versions carry the security fixes; switched off, the known holes stay open."""
    return cluster.expect_not("allowVersionUpgrade", value=False, absent=True)


@rule(on=CLUSTER, severity=LOW, theme=Theme.RESILIENCE)
def redshift_cluster_released_track(cluster: Resource) -> Verdict:
    """The preview track runs versions that AWS does not support yet and can't be left again."""
    if not cluster.text("maintenanceTrackName").lower().startswith("preview"):
        return PASS
    return violation("maintenanceTrackName", "is a preview", 'Set `maintenance_track_name="current"`.')


@rule(on=CLUSTER, severity=HIGH, theme=Theme.NETWORK, same_as=["CKV_AWS_154"])
def redshift_cluster_in_vpc(cluster: Resource) -> Verdict:
    """Without a subnet group the cluster goes to the default VPC, whose subnets are all public."""
    remedy = "Set `cluster_subnet_group_name` to a group of private subnets."
    if cluster.known("clusterSubnetGroupName") and cluster.text("clusterSubnetGroupName") == "default":
        return violation("clusterSubnetGroupName", "is the default group", remedy)
    return cluster.expect_set("clusterSubnetGroupName", remedy)


@rule(
    on=CLUSTER,
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["SecurityHub Redshift.7", "CKV_AWS_321"],
)
def redshift_cluster_vpc_routing(cluster: Resource) -> Verdict:
    """Without it COPY and UNLOAD go over the internet, past security groups, endpoints and flow logs."""
    return cluster.expect("enhancedVpcRouting", value=True)


@rule(
    on=CLUSTER,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"automatedSnapshotRetentionPeriod": 7},
    same_as=["SecurityHub Redshift.3", "CKV_AWS_343"],
)
def redshift_cluster_snapshots(cluster: Resource, *, minimum_days: int = 7) -> Verdict:
    """One day of snapshots, the default, is over before most mistakes are noticed; 0 takes none."""
    return cluster.expect_at_least("automatedSnapshotRetentionPeriod", minimum_days, absent=1)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def redshift_cluster_final_snapshot(cluster: Resource) -> Verdict:
    """The last snapshot is what is left after a deletion that nobody meant."""
    return cluster.expect_not("skipFinalSnapshot", value=True)


@rule(on=CLUSTER, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub Redshift.18"])
def redshift_cluster_survives_zone(cluster: Resource) -> Verdict:
    """An RA3 cluster can run in two zones, or move to another; else it is gone while its zone is."""
    if not cluster.text("nodeType").lower().startswith("ra3"):
        return PASS  # Other nodes keep the data on their own disks.
    if cluster.flag("multiAz") or cluster.flag("availabilityZoneRelocationEnabled"):
        return PASS
    return violation("multiAz", "is not true, and the cluster may not move", "Set `multi_az=True`.")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub Redshift.4", "CKV_AWS_71"])
def redshift_cluster_logged(cluster: Resource, stack: Stack) -> Verdict:
    """The connection and user logs say who asked the warehouse what; they are off unless a bucket is named."""
    links = stack.referring(cluster, LOGGING, "clusterIdentifier")
    if links.sure:
        return PASS
    name = cluster.text("clusterIdentifier") if cluster.known("clusterIdentifier") else ""
    if name and any(
        item.known("clusterIdentifier") and item.text("clusterIdentifier") == name
        for item in stack.by_type(LOGGING)
    ):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.clusterIdentifier")
    remedy = "Add `aws.redshift.Logging(cluster_identifier=cluster.id, ...)`."
    return violation("logging", "is missing for this cluster", remedy)


@rule(
    on=PARAMETERS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub Redshift.2", "CKV_AWS_105"],
)
def redshift_parameters_tls(group: Resource) -> Verdict:
    """Unless `require_ssl` is set the warehouse also talks to clients that don't encrypt."""
    return _parameter_on(group, "require_ssl")


@rule(on=PARAMETERS, severity=MEDIUM, theme=Theme.LOGGING)
def redshift_parameters_user_log(group: Resource) -> Verdict:
    """The log of queries needs this parameter beside the logging itself."""
    return _parameter_on(group, "enable_user_activity_logging")


def _parameter_on(group: Resource, name: str) -> Verdict:
    if is_on(parameter(group, name)):
        return PASS
    remedy = f'Add `{{"name": "{name}", "value": "true"}}` to `parameters`.'
    return violation("parameters", f"does not switch `{name}` on", remedy)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def redshift_cluster_own_parameters(cluster: Resource) -> Verdict:
    """The default parameters allow clients that don't encrypt and can't be changed."""
    remedy = "Set `cluster_parameter_group_name` to an `aws.redshift.ParameterGroup` of your own."
    path = "clusterParameterGroupName"
    if cluster.known(path) and cluster.text(path).startswith("default."):
        return violation(path, "is the default group", remedy)
    return cluster.expect_set(path, remedy)


@rule(
    on="aws:redshift/snapshotCopyGrant:SnapshotCopyGrant",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_281"],
)
def redshift_snapshot_copy_customer_key(grant: Resource) -> Verdict:
    """Copies in another Region need a key there; one of your own decides who restores them."""
    return customer_key(grant, "kmsKeyId")


@rule(on=STATEMENT, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def redshift_statement_share_private(statement: Resource) -> Verdict:
    """A data share that is publicly accessible may go to clusters that the internet reaches."""
    if not _PUBLIC_SHARE.search(statement.text("sql")):
        return PASS
    return violation("sql", "makes a data share publicly accessible", "Leave `PUBLICACCESSIBLE` at FALSE.")


@rule(on=STATEMENT, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def redshift_statement_grants_named(statement: Resource) -> Verdict:
    """What is granted to PUBLIC every present and future user has."""
    if not _GRANT_TO_PUBLIC.search(statement.text("sql")):
        return PASS
    return violation("sql", "grants rights to PUBLIC", "Grant to a group or a role.")


@rule(on="aws:redshift/resourcePolicy:ResourcePolicy", severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def redshift_policy_not_public(policy: Resource) -> Verdict:
    """A policy that allows everybody opens the warehouse to every account."""
    return any_public(policy, "policy", "Name the principals.")


@rule(on="aws:redshift/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def redshift_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A warehouse's subnets need no way to or from the internet."""
    return private_subnets(group, stack)
