from __future__ import annotations

import pytest

from policies.code.finding import Finding, Kind
from policies.code.script_source import read

OLD = "const AWS = require('aws-sdk');\n"


def kinds(code: str) -> set[Kind]:
    return {finding.kind for finding in read(code)}


@pytest.mark.parametrize(
    "call", ["getSignedUrl('getObject')", "getSignedUrlPromise('getObject')", "createPresignedPost({})"]
)
def test_version_2_of_the_sdk_presigns_with_sigv2_unless_it_is_told_not_to(call: str) -> None:
    assert read(f"{OLD}const s3 = new AWS.S3();\ns3.{call};\n") == [Finding("", 3, "PRESIGN")]
    assert kinds(f"{OLD}const s3 = new AWS.S3({{signatureVersion: 'v4'}});\ns3.{call};\n") == set()
    assert kinds(f"import S3 from 'aws-sdk/clients/s3';\nnew S3().{call};\n") == {Kind.PRESIGN}


def test_version_3_only_has_sigv4() -> None:
    assert (
        read("import { getSignedUrl } from '@aws-sdk/s3-request-presigner';\nx.getSignedUrl(client);\n") == []
    )


@pytest.mark.parametrize(
    "code",
    [
        "new AWS.S3({ signatureVersion: 's3' })",
        'const options = {"signatureVersion": "v2"};',
        "const url = `https://b.s3.amazonaws.com/k?AWSAccessKeyId=${key}`;",
        "const header = `AWS ${key}:${signature}`;",
        "const header = 'AWS ' + key + ':' + signature;",
        "headers['x-amz-date'] = d; crypto.createHmac('sha1', secret);",
    ],
)
def test_signatures_of_version_2_are_found(code: str) -> None:
    assert kinds(code) == {Kind.SIGV2}


@pytest.mark.parametrize(
    "code",
    [
        "s3.makeUnauthenticatedRequest('getObject', {});",
        "new S3Client({ signer: { sign: async (request) => request } });",
    ],
)
def test_requests_without_a_signature_are_found(code: str) -> None:
    assert kinds(code) == {Kind.UNSIGNED}


def test_keys_are_found_and_never_repeated() -> None:
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    (finding,) = read(f"const key = '{key}';")
    assert finding.kind is Kind.KEY
    assert key not in str(finding)


@pytest.mark.parametrize(
    "code",
    [
        "// signatureVersion: 'v2'\n",
        "/* AWSAccessKeyId\n * = */\n",
        "crypto.createHmac('sha1', secret); // a webhook of another service",
        "const url = 'https://example.com'; const text = \"it's\";",
    ],
)
def test_comments_and_other_things_are_not(code: str) -> None:
    assert read(code) == []


def test_comments_keep_the_lines() -> None:
    assert read("/* one\ntwo */\n'//'; s3.makeUnauthenticatedRequest();") == [Finding("", 3, "UNSIGNED")]
