"""Rules on DataSync: locations and tasks that copy whole stores."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict, every

OBJECT_STORE = "aws:datasync/locationObjectStorage:LocationObjectStorage"
EFS = "aws:datasync/efsLocation:EfsLocation"
HDFS = "aws:datasync/locationHdfs:LocationHdfs"
TASK = "aws:datasync/task:Task"


@rule(on=OBJECT_STORE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_295"])
def datasync_object_store_no_secret(location: Resource) -> Verdict:
    """A key that the program gives lives in its state for as long as nobody changes it."""
    remedy = "Leave `secret_key` out where the store can do without, else keep it in Secrets Manager."
    return location.expect_absent("secretKey", remedy)


@rule(
    on=OBJECT_STORE,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"serverProtocol": "HTTPS"},
)
def datasync_object_store_https(location: Resource) -> Verdict:
    """Over plain HTTP every object goes through the network in the clear."""
    return location.expect_not("serverProtocol", "HTTP")


@rule(on=EFS, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, fix={"inTransitEncryption": "TLS1_2"})
def datasync_efs_tls(location: Resource) -> Verdict:
    """NFS goes through the network in the clear unless TLS is asked for."""
    return location.expect("inTransitEncryption", "TLS1_2")


@rule(on=HDFS, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def datasync_hdfs_private(location: Resource) -> Verdict:
    """Hadoop sends blocks in the clear unless the quality of protection is `PRIVACY`."""
    names = ("qopConfiguration.dataTransferProtection", "qopConfiguration.rpcProtection")
    # DataSync takes PRIVACY unless told otherwise.
    return every(names, lambda name: location.expect(name, "PRIVACY", absent="PRIVACY"))


@rule(on=TASK, severity=LOW, theme=Theme.LOGGING, same_as=["SecurityHub DataSync.1"])
def datasync_task_logged(task: Resource) -> Verdict:
    """Which files were left out stands in the task's log only."""
    group = task.expect_set("cloudwatchLogGroupArn", "Set `cloudwatch_log_group_arn` to a log group.")
    return group & task.expect_one_of("options.logLevel", ("TRANSFER", "BASIC"))


@rule(on=TASK, severity=LOW, theme=Theme.RESILIENCE)
def datasync_task_verified(task: Resource) -> Verdict:
    """Without verification a copy that went wrong looks like one that went well."""
    return task.expect_not("options.verifyMode", "NONE")
