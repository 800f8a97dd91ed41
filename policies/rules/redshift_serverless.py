"""Rules on Redshift Serverless: namespaces hold the data, workgroups the way to it."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import any_public, customer_key, is_on, lower_texts, not_printed_password
from policies.rules._subnets import private_subnets

NAMESPACE = "aws:redshiftserverless/namespace:Namespace"
WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"

_LOGS = {"userlog", "connectionlog"}


@rule(on=NAMESPACE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_282"])
def redshift_serverless_customer_key(namespace: Resource) -> Verdict:
    """Namespaces are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(namespace, "kmsKeyId")


@rule(on=NAMESPACE, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def redshift_serverless_password_not_printed(namespace: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(namespace, "adminUserPassword") & not_printed_password(
        namespace, "adminUserPasswordWo"
    )


@rule(on=NAMESPACE, severity=MEDIUM, theme=Theme.LOGGING)
def redshift_serverless_logs(namespace: Resource) -> Verdict:
    """The connection and user logs say who came; they are off unless they are named."""
    if lower_texts(namespace, "logExports") >= _LOGS:
        return PASS
    remedy = 'Set `log_exports=["userlog", "connectionlog", "useractivitylog"]`.'
    return violation("logExports", "leaves out the user or connection log", remedy)


@rule(on=WORKGROUP, severity=CRITICAL, theme=Theme.NETWORK, fix={"publiclyAccessible": False})
def redshift_serverless_not_public(workgroup: Resource) -> Verdict:
    """A public address puts the warehouse's log-in before everyone on the internet."""
    return workgroup.expect_not("publiclyAccessible", value=True)


@rule(on=WORKGROUP, severity=MEDIUM, theme=Theme.NETWORK)
def redshift_serverless_vpc_routing(workgroup: Resource) -> Verdict:
    """Without it COPY and UNLOAD go over the internet, past security groups, endpoints and flow logs."""
    return workgroup.expect("enhancedVpcRouting", value=True)


@rule(on=WORKGROUP, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def redshift_serverless_tls(workgroup: Resource) -> Verdict:
    """Unless `require_ssl` is set the warehouse also talks to clients that don't encrypt."""
    for item in workgroup.each("configParameters"):
        if item.text("parameterKey") == "require_ssl" and is_on(item.get("parameterValue")):
            return PASS
    remedy = 'Add `{"parameter_key": "require_ssl", "parameter_value": "true"}` to `config_parameters`.'
    return violation("configParameters", "does not switch `require_ssl` on", remedy)


@rule(on=WORKGROUP, severity=MEDIUM, theme=Theme.NETWORK)
def redshift_serverless_placed(workgroup: Resource) -> Verdict:
    """Unless told otherwise the workgroup goes to the default VPC and its default security group."""
    return workgroup.expect_set("subnetIds", "Set `subnet_ids` to private subnets.") & workgroup.expect_set(
        "securityGroupIds", "Set `security_group_ids` to a group for the warehouse."
    )


@rule(on=WORKGROUP, severity=CRITICAL, theme=Theme.NETWORK)
def redshift_serverless_subnets_private(workgroup: Resource, stack: Stack) -> Verdict:
    """A warehouse's subnets need no way to or from the internet."""
    return private_subnets(workgroup, stack)


@rule(
    on="aws:redshiftserverless/resourcePolicy:ResourcePolicy",
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
)
def redshift_serverless_policy_not_public(policy: Resource) -> Verdict:
    """A policy that allows everybody lets every account restore the namespace's snapshots."""
    return any_public(policy, "policy", "Name the accounts.")
