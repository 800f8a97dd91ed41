"""Actions that do harm when they reach too far, by what they do. A test holds them against AWS's published list."""

from __future__ import annotations

# They answer with credentials, or make new ones (the list of Salesforce's Cloudsplaining, "Credentials exposure",
# brought up to date). `ecr:GetAuthorizationToken` and `sts:GetCallerIdentity` are left out: they work on `*` only.
CREDENTIALS = (
    "chime:CreateApiKey",
    "codepipeline:PollForJobs",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "ec2:GetPasswordData",
    "gamelift:RequestUploadCredentials",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "mediapackage:RotateChannelCredentials",
    "mediapackage:RotateIngestEndpointCredentials",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "redshift-serverless:GetCredentials",
    "sts:GetFederationToken",
    "cloud9:CreateEnvironmentToken",
    "codeartifact:GetAuthorizationToken",
)

# They carry the contents of a store out ("Data exfiltration" there, and the exports that came since).
DATA = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "secretsmanager:GetSecretValue",
    "dynamodb:Scan",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetRecords",
    "ebs:GetSnapshotBlock",
    "rds:StartExportTask",
    "rds:DownloadDBLogFilePortion",
    "kinesis:GetRecords",
    "sqs:ReceiveMessage",
    "codecommit:GitPull",
)

# They delete what data lives in.
DESTRUCTION = (
    "dynamodb:DeleteTable",
    "dynamodb:DeleteBackup",
    "rds:DeleteDBInstance",
    "rds:DeleteDBCluster",
    "rds:DeleteDBSnapshot",
    "rds:DeleteDBClusterSnapshot",
    "s3:DeleteBucket",
    "s3:DeleteObjectVersion",
    "s3:PutLifecycleConfiguration",
    "ec2:DeleteVolume",
    "ec2:DeleteSnapshot",
    "ec2:TerminateInstances",
    "elasticfilesystem:DeleteFileSystem",
    "fsx:DeleteFileSystem",
    "redshift:DeleteCluster",
    "redshift:DeleteClusterSnapshot",
    "elasticache:DeleteReplicationGroup",
    "es:DeleteDomain",
    "kinesis:DeleteStream",
    "sqs:DeleteQueue",
    "sqs:PurgeQueue",
    "backup:DeleteBackupVault",
    "backup:DeleteRecoveryPoint",
    "secretsmanager:DeleteSecret",
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "logs:DeleteLogGroup",
    "cloudformation:DeleteStack",
    "ecr:DeleteRepository",
)

# They switch off what would tell of a break-in (MITRE ATT&CK, "Impair Defenses", T1562.008 and T1562.001).
DEFENCES = (
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:DeleteEventDataStore",
    "config:StopConfigurationRecorder",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "guardduty:DeleteDetector",
    "guardduty:UpdateDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "securityhub:DisableSecurityHub",
    "securityhub:DisassociateFromAdministratorAccount",
    "access-analyzer:DeleteAnalyzer",
    "inspector2:Disable",
    "macie2:DisableMacie",
    "ec2:DeleteFlowLogs",
    "wafv2:DeleteWebACL",
    "wafv2:DisassociateWebACL",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
)

# They make new identities, which a permissions boundary has to hold to the rights of their maker.
IDENTITY_MAKERS = (
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
)

# They change the account or the organisation itself.
ORGANISATION = (
    "organizations:LeaveOrganization",
    "organizations:DeleteOrganization",
    "organizations:DetachPolicy",
    "organizations:DeletePolicy",
    "organizations:UpdatePolicy",
    "organizations:DisablePolicyType",
    "organizations:RemoveAccountFromOrganization",
    "organizations:MoveAccount",
    "organizations:InviteAccountToOrganization",
    "organizations:CreateAccount",
    "organizations:CloseAccount",
    "account:CloseAccount",
    "account:PutAlternateContact",
    "account:PutContactInformation",
    "account:StartPrimaryEmailUpdate",
)
