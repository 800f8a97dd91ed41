"""Rules on Transfer Family: servers, users and connectors."""

from __future__ import annotations

import re

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import given

SERVER = "aws:transfer/server:Server"
USER = "aws:transfer/user:User"
CONNECTOR = "aws:transfer/connector:Connector"

_YEAR = re.compile(r"(20\d\d)-\d\d")
_CURRENT_SINCE = 2024


@rule(on=SERVER, severity=HIGH, theme=Theme.NETWORK, same_as=["CKV_AWS_164"])
def transfer_server_not_public(server: Resource) -> Verdict:
    """A public endpoint is tried by every scanner; in a VPC a security group says who may come."""
    return server.expect_one_of("endpointType", ("VPC", "VPC_ENDPOINT"), absent="PUBLIC")


@rule(
    on=SERVER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub Transfer.2", "CKV_AWS_357"],
)
def transfer_server_encrypts(server: Resource) -> Verdict:
    """FTP sends passwords and files in the clear."""
    if not any(part.value == "FTP" for part in server.each("protocols")):
        server.known_each("protocols")  # Undecided while one of them is not known.
        return PASS
    return violation("protocols", 'holds "FTP"', 'Set `protocols=["SFTP"]`.')


@rule(
    on=(SERVER, CONNECTOR),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_380"],
)
def transfer_current_security_policy(server: Resource) -> Verdict:
    """The default policy is of 2018 and takes ciphers and key exchanges that are broken."""
    if server.type == CONNECTOR and server.has("as2Config"):
        return PASS  # Only SFTP connectors have one.
    year = _YEAR.search(server.text("securityPolicyName"))
    if year and int(year[1]) >= _CURRENT_SINCE:
        return PASS
    name = (
        "TransferSecurityPolicy-2025-03"
        if server.type == SERVER
        else "TransferSFTPConnectorSecurityPolicy-2024-03"
    )
    what = "is of before 2024" if year else "is not set, so the oldest is used"
    return violation("securityPolicyName", what, f'Set `security_policy_name="{name}"`.')


@rule(
    on=(SERVER, CONNECTOR),
    severity=MEDIUM,
    theme=Theme.LOGGING,
    same_as=["SecurityHub Transfer.3"],
)
def transfer_logged(server: Resource) -> Verdict:
    """Without logs nobody can tell who fetched which file."""
    names = ("structuredLogDestinations", "loggingRole") if server.type == SERVER else ("loggingRole",)
    if given(server, names):
        return PASS
    remedy = (
        "Set `structured_log_destinations` to a log group."
        if server.type == SERVER
        else "Set `logging_role`."
    )
    return violation(names[0], "is not set", remedy)


@rule(on=USER, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def transfer_user_confined(user: Resource) -> Verdict:
    """A user with a plain home directory may walk up to every place that the role may read."""
    if given(user, ("policy",)):
        return PASS  # A session policy keeps the user to its own.
    return user.expect("homeDirectoryType", "LOGICAL")
