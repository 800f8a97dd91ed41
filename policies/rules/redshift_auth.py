"""Rules on Redshift: clients get credentials from IAM (`GetClusterCredentialsWithIAM`, the Data API), nobody a password.

Redshift Management Guide, "Using IAM authentication to generate database user credentials" and "Managing Amazon
Redshift admin passwords using AWS Secrets Manager". The administrator always has a password; it is Secrets Manager's.
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

_USE_IAM = "and let clients sign in with `GetClusterCredentialsWithIAM` or the Data API."


def _password(resource: Resource, names: tuple[str, ...], managed: str, argument: str) -> Verdict:
    """No password in the program, and Secrets Manager in charge of the administrator's."""
    remedy = f"Set `{argument}=True`, {_USE_IAM}"
    for path in names:
        if not resource.known(path) or resource.has(path):
            return violation(path, "is a password in the program", remedy)
    if resource.flag(managed):
        return PASS
    return violation(managed, "is not true", remedy)


@rule(on="aws:redshift/cluster:Cluster", severity=HIGH, theme=Theme.SIGV4)
def redshift_auth_no_password(cluster: Resource) -> Verdict:
    """A password of the program's own stays in its state and works until somebody changes it."""
    restored = ("snapshotIdentifier", "snapshotArn")
    if any(not cluster.known(path) or cluster.has(path) for path in restored):
        return PASS  # It comes with the snapshot's password.
    return _password(
        cluster, ("masterPassword", "masterPasswordWo"), "manageMasterPassword", "manage_master_password"
    )


@rule(on="aws:redshiftserverless/namespace:Namespace", severity=HIGH, theme=Theme.SIGV4)
def redshift_auth_serverless_no_password(namespace: Resource) -> Verdict:
    """A namespace without an administrator's password is reached with IAM only."""
    names = ("adminUserPassword", "adminUserPasswordWo")
    if not any(not namespace.known(path) or namespace.has(path) for path in names):
        return PASS
    return _password(namespace, names, "manageAdminPassword", "manage_admin_password")
