"""Rules on Storage Gateway: file shares, gateways, volumes and tapes."""

from __future__ import annotations

from policies.pack.network import is_world
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key

NFS = "aws:storagegateway/nfsFileShare:NfsFileShare"
SMB = "aws:storagegateway/smbFileShare:SmbFileShare"
SHARES = (NFS, SMB)
GATEWAY = "aws:storagegateway/gateway:Gateway"
VOLUME = "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume"


@rule(on=NFS, severity=HIGH, theme=Theme.NETWORK)
def storagegateway_nfs_clients_named(share: Resource) -> Verdict:
    """NFS knows no passwords: the list of clients is all that stands before the bucket."""
    for part in share.each("clientLists"):
        if isinstance(part.value, str) and is_world(part.value):
            return violation(part.path, "is every address", "List the clients' addresses.")
    share.known_each("clientLists")  # Undecided while one of them is not known.
    return PASS


@rule(on=NFS, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, fix={"squash": "RootSquash"})
def storagegateway_nfs_root_squashed(share: Resource) -> Verdict:
    """Without squashing the root user of every client is root on the share."""
    return share.expect_not("squash", "NoSquash")


@rule(on=SHARES, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def storagegateway_share_customer_key(share: Resource) -> Verdict:
    """The gateway writes objects with S3's own key unless it is given another."""
    return share.expect("kmsEncrypted", value=True) & customer_key(share, "kmsKeyArn")


@rule(on=VOLUME, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def storagegateway_volume_customer_key(volume: Resource) -> Verdict:
    """A cached volume lies in S3; the key decides who reads it and its snapshots."""
    return volume.expect("kmsEncrypted", value=True) & customer_key(volume, "kmsKey")


@rule(on=SHARES, severity=LOW, theme=Theme.RESILIENCE)
def storagegateway_share_cache_refreshed(share: Resource) -> Verdict:
    """Without a time for the cache objects that others write to the bucket never show up on the share."""
    return share.expect_at_least("cacheAttributes.cacheStaleTimeoutInSeconds", 300, absent=0)


@rule(on=SHARES, severity=LOW, theme=Theme.LOGGING)
def storagegateway_share_audited(share: Resource) -> Verdict:
    """The audit log is the record of who opened which file."""
    if share.type == NFS:
        return PASS  # Only SMB shares have one.
    return share.expect_set("auditDestinationArn", "Set `audit_destination_arn` to a log group.")


@rule(on=SMB, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def storagegateway_smb_no_guests(share: Resource) -> Verdict:
    """All guests share one password, and nobody can tell them apart."""
    return share.expect_not("authentication", "GuestAccess")


@rule(on=GATEWAY, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def storagegateway_smb_encrypted(gateway: Resource) -> Verdict:
    """A client of SMB chooses whether to encrypt unless the gateway insists."""
    if gateway.text("gatewayType", absent="STORED") != "FILE_S3":
        return PASS
    return gateway.expect_one_of(
        "smbSecurityStrategy", ("MandatoryEncryption", "MandatoryEncryptionNoAes128")
    )


@rule(on=GATEWAY, severity=LOW, theme=Theme.LOGGING)
def storagegateway_gateway_logged(gateway: Resource) -> Verdict:
    """Files that could not be uploaded are told in the gateway's log only."""
    return gateway.expect_set("cloudwatchLogGroupArn", "Set `cloudwatch_log_group_arn` to a log group.")


@rule(on="aws:storagegateway/tapePool:TapePool", severity=LOW, theme=Theme.RESILIENCE)
def storagegateway_tapes_locked(pool: Resource) -> Verdict:
    """Archived tapes without a retention lock can be deleted by whoever may delete tapes."""
    return pool.expect_one_of("retentionLockType", ("COMPLIANCE", "GOVERNANCE"))
