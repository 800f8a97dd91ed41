"""Reads source code for what policies can't see: how programs sign their requests to AWS.

    python -m policies.code PATH...        folders, zip or tar archives, single files

Finds S3 clients that presign without `s3v4`, signatures of version 2 by setting or by hand, clients that do not
sign, access keys in the text, and SDKs from before SigV4. boto3 signs its requests with SigV4 everywhere but
presigns URLs and forms with SigV2 in ten Regions unless the client is told otherwise (run with boto3 1.44.5:
us-east-1, us-west-1, us-west-2, eu-west-1, ap-southeast-1, ap-southeast-2, ap-northeast-1, sa-east-1, us-gov-west-1,
us-gov-east-1), so code that is right in one Region is wrong in the next. Python is read as a syntax tree, JavaScript
as text without its comments. Nothing that is read is executed, and no finding repeats a key.
"""

from __future__ import annotations

from policies.code.finding import Finding, Kind
from policies.code.scan import scan, scan_asset, scan_path

__all__ = ["Finding", "Kind", "scan", "scan_asset", "scan_path"]
