"""Rules on IAM's other resources: attachments, users, groups, keys, certificates and identity providers."""

from __future__ import annotations

from policies.pack.iam.places import (
    ATTACHMENTS,
    EXCLUSIVE_ATTACHMENT,
    USER_ATTACHMENT,
    USER_POLICY,
)
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules.iam_role import ADMINISTRATOR, is_full_access

ACCESS_KEY = "aws:iam/accessKey:AccessKey"
LOGIN = "aws:iam/userLoginProfile:UserLoginProfile"
OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"


@rule(
    on=tuple(ATTACHMENTS),
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_274", "CKV_AWS_275", "CKV2_AWS_56"],
)
def iam_no_administrator_attached(attachment: Resource) -> Verdict:
    """AWS's administrator policies fit no program: they allow everything, or to give oneself everything."""
    path = ATTACHMENTS[attachment.type]
    if not ADMINISTRATOR.fullmatch(attachment.text(path)):
        return PASS
    return violation(path, "is an administrator policy of AWS", "Write a policy of what is needed.")


@rule(on=tuple(ATTACHMENTS), severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_no_full_access_attached(attachment: Resource) -> Verdict:
    """A `...FullAccess` policy of AWS covers every resource of a service, and sharing and deleting them."""
    path = ATTACHMENTS[attachment.type]
    if not is_full_access(attachment.text(path)):
        return PASS
    return violation(path, "is a full-access policy of AWS", "Write a policy of what is needed.")


@rule(on=EXCLUSIVE_ATTACHMENT, severity=MEDIUM, theme=Theme.RESILIENCE)
def iam_no_exclusive_attachment(attachment: Resource) -> Verdict:
    """This attachment owns all uses of a policy in the account: it detaches it from everybody else, silently."""
    remedy = "Use `RolePolicyAttachment` or `GroupPolicyAttachment`."
    return violation(attachment.at("policyArn"), "is attached exclusively, for the whole account", remedy)


@rule(
    on=(USER_POLICY, USER_ATTACHMENT),
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub IAM.2", "CIS v3 1.15", "CKV_AWS_40"],
)
def iam_no_policy_on_users(policy: Resource) -> Verdict:
    """Rights that hang on a single user are forgotten when the user's work changes."""
    return violation(policy.at("user"), "is a single user", "Attach the policy to a role or a group.")


@rule(on=ACCESS_KEY, severity=HIGH, theme=Theme.SIGV4)
def iam_no_access_keys(key: Resource) -> Verdict:
    """An access key never expires and ends up in files; roles give credentials that do expire."""
    if key.text("status", absent="Active") == "Inactive":
        return PASS
    return violation(
        "user", "gets a long-lived access key", "Use a role: instance profile, IAM Roles Anywhere, OIDC."
    )


@rule(
    on=ACCESS_KEY,
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub IAM.4", "CIS v3 1.4", "CKV_AWS_348"],
)
def iam_no_root_access_key(key: Resource) -> Verdict:
    """Nothing limits the root user: a key of its opens the account, and no policy can close it again."""
    return key.expect_not("user", "root")


@rule(on=(ACCESS_KEY, LOGIN), severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def iam_user_credentials_encrypted(credentials: Resource) -> Verdict:
    """Without a PGP key the secret stands in the stack's state, readable for everybody who may read that."""
    return credentials.expect_set(
        "pgpKey", "Set `pgp_key` to the key of the person who is to have the secret."
    )


@rule(on="aws:iam/user:User", severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_273"])
def iam_no_users(user: Resource) -> Verdict:
    """People sign in through IAM Identity Center and programs use roles; users keep long-lived secrets."""
    return violation(
        user.at("name"), "declares an IAM user", "Use IAM Identity Center for people and roles for programs."
    )


@rule(on=LOGIN, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_22"])
def iam_user_no_console(profile: Resource) -> Verdict:
    """A user's password for the console is one more long-lived secret, outside the company's own sign-in."""
    remedy = "Let people sign in through IAM Identity Center."
    return violation(profile.at("user"), "gets a password for the console", remedy)


@rule(on=LOGIN, severity=LOW, theme=Theme.LEAST_PRIVILEGE, fix={"passwordResetRequired": True})
def iam_user_password_reset(profile: Resource) -> Verdict:
    """The first password passed through other hands; only its owner should know the next one."""
    return profile.expect("passwordResetRequired", value=True)


@rule(on="aws:iam/serverCertificate:ServerCertificate", severity=LOW, theme=Theme.ENCRYPTION_IN_TRANSIT)
def iam_no_server_certificates(certificate: Resource) -> Verdict:
    """Certificates in IAM are not renewed, and their private key passes through the program; ACM keeps its own."""
    remedy = "Use `aws.acm.Certificate`, which AWS renews."
    return violation(certificate.at("privateKey"), "passes a certificate's key through the program", remedy)


@rule(on=OIDC_PROVIDER, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_oidc_provider_audience(provider: Resource) -> Verdict:
    """The client ids are the audiences that AWS takes tokens for; a wildcard takes tokens made for others."""
    names = provider.texts("clientIdLists")
    if names and not any("*" in name for name in names):
        return PASS
    what = "names no audience" if not names else "names every audience"
    return violation("clientIdLists", what, 'Set `client_id_lists=["sts.amazonaws.com"]`.')
