from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from hypothesis import given, strategies as st

from policies.code.finding import Finding, Kind
from policies.code.python_source import read
from policies.rules.s3_sigv4 import SIGV2_REGIONS

HEAD = "import boto3\nfrom botocore.config import Config\nfrom botocore import UNSIGNED\n"
SAFE = 'Config(signature_version="s3v4")'


def kinds(code: str, *, certain: bool = True) -> set[Kind]:
    return {finding.kind for finding in read(code) if finding.certain is certain}


def presigned(region: str, config: Config | None = None) -> str:
    client = boto3.client(
        "s3", region_name=region, aws_access_key_id="a", aws_secret_access_key="b", config=config
    )
    return str(client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}))


@pytest.mark.parametrize("region", [*sorted(SIGV2_REGIONS), "eu-central-1", "us-east-2", "cn-north-1"])
def test_boto3_really_presigns_with_sigv2_where_the_rules_say_so(region: str) -> None:
    assert ("AWSAccessKeyId=" in presigned(region)) is (region in SIGV2_REGIONS)
    assert "X-Amz-Signature=" in presigned(region, Config(signature_version="s3v4"))


UNSET = [
    's3 = boto3.client("s3")\ns3.generate_presigned_url("get_object")',
    'boto3.client("s3").generate_presigned_post("b", "k")',
    'boto3.client(service_name="s3", region_name="eu-west-1").generate_presigned_url("get_object")',
    's3 = boto3.resource("s3")\ns3.meta.client.generate_presigned_url("get_object")',
    (
        'session = boto3.Session()\ns3 = session.client("s3", config=Config(retries={}))\n'
        's3.generate_presigned_url("get_object")'
    ),
    'def make():\n    return boto3.client("s3")\ndef handler(e, c):\n    make().generate_presigned_url("get_object")',
    (
        'class A:\n    def __init__(self):\n        self.s3 = boto3.client("s3")\n'
        '    def link(self):\n        return self.s3.generate_presigned_url("get_object")'
    ),
    (
        'class A:\n    s3 = boto3.client("s3")\n    def link(self):\n'
        '        return self.s3.generate_presigned_url("get_object")'
    ),
    f'import os\ns3 = boto3.client("s3", config={SAFE} if os.name else None)\ns3.generate_presigned_url("x")',
    (
        f'safe = boto3.client("s3", config={SAFE})\ndef f(flag):\n'
        '    return (safe if flag else boto3.client("s3")).generate_presigned_url("x")'
    ),
    (
        'async def f(session):\n    async with session.client("s3") as s3:\n'
        '        return await s3.generate_presigned_url("get_object")'
    ),
    'if (s3 := boto3.client("s3")):\n    s3.generate_presigned_url("get_object")',
    (
        's3 = boto3.client("s3", config=Config(region_name="x").merge(Config(retries={})))\n'
        's3.generate_presigned_url("x")'
    ),
]


@pytest.mark.parametrize("code", UNSET)
def test_a_client_that_is_not_set_to_sigv4_must_not_presign(code: str) -> None:
    assert kinds(HEAD + code) == {Kind.PRESIGN}


SET = [
    f's3 = boto3.client("s3", config={SAFE})\ns3.generate_presigned_url("get_object")',
    f'CONFIG = {SAFE}\ns3 = boto3.client("s3", config=CONFIG)\ns3.generate_presigned_post("b", "k")',
    (
        'VERSION = "s3v4"\ns3 = boto3.client("s3", config=Config(signature_version=VERSION))\n'
        's3.generate_presigned_url("x")'
    ),
    f's3 = boto3.resource("s3", config={SAFE})\ns3.meta.client.generate_presigned_url("get_object")',
    f's3 = boto3.client("s3", config=Config(retries={{}}).merge({SAFE}))\ns3.generate_presigned_url("x")',
    f'def config():\n    return {SAFE}\ns3 = boto3.client("s3", config=config())\ns3.generate_presigned_url("x")',
    (
        f"session = boto3.Session()\nsession._session.set_default_client_config({SAFE})\n"
        's3 = session.client("s3")\ns3.generate_presigned_url("get_object")'
    ),
    'boto3.client("sts").generate_presigned_url("get_caller_identity")',
    'boto3.client("s3").get_object(Bucket="b", Key="k")',
    'from botocore.signers import CloudFrontSigner\nCloudFrontSigner("k", f).generate_presigned_url("u")',
    (
        'def f(name):\n    s3 = boto3.client(name, config=Config(signature_version="v4"))\n'
        '    return s3.generate_presigned_url("x")'
    ),
]


@pytest.mark.parametrize("code", SET)
def test_a_client_that_is_set_to_sigv4_may_presign(code: str) -> None:
    assert read(HEAD + code) == []


@pytest.mark.parametrize(
    "code",
    [
        'def link(client):\n    return client.generate_presigned_url("get_object")',
        'from other import s3\ns3.generate_presigned_post("b", "k")',
        'def f(options):\n    boto3.client("s3", **options).generate_presigned_url("x")',
        'def f(version):\n    boto3.client("s3", config=Config(signature_version=version)).generate_presigned_url("x")',
        'def f(name):\n    boto3.client(name).generate_presigned_url("x")',
    ],
)
def test_a_client_that_comes_from_elsewhere_is_left_open(code: str) -> None:
    assert kinds(HEAD + code) == set()
    assert kinds(HEAD + code, certain=False) == {Kind.PRESIGN}


SIGV2 = [
    's3 = boto3.client("s3", config=Config(signature_version="s3"))',
    'Config(signature_version="s3-query")',
    'VERSION = "s3"\nConfig(signature_version=VERSION)',
    'OPTIONS = {"signature_version": "s3"}',
    "import boto",
    "from boto.s3.connection import S3Connection",
    'url = f"https://b.s3.amazonaws.com/k?AWSAccessKeyId={key}&Signature={signature}"',
    'header = "AWS %s:%s" % (key, signature)',
    'header = f"AWS {key}:{signature}"',
    'header = "AWS {}:{}".format(key, signature)',
    'fields = {"AWSAccessKeyId": key}',
    'query = {"SignatureVersion": "2", "SignatureMethod": "HmacSHA256"}',
    'url = "https://sdb.amazonaws.com/?SignatureVersion=2"',
    "import hmac, hashlib\ndef sign(aws_secret, text):\n    return hmac.new(aws_secret, text, hashlib.sha1)",
    'import hmac\ndef sign(k, t):\n    return {"x-amz-date": hmac.new(k, t, digestmod="sha1")}',
]


@pytest.mark.parametrize("code", SIGV2)
def test_signatures_of_version_2_are_found(code: str) -> None:
    assert kinds(HEAD + code) == {Kind.SIGV2}


@pytest.mark.parametrize(
    "code",
    [
        '"""Refuses AWSAccessKeyId= of old clients."""',
        "import hmac, hashlib\ndef github(secret, body):\n    return hmac.new(secret, body, hashlib.sha1)",
        "import hmac, hashlib\ndef sign(aws_key, t):\n    return hmac.new(aws_key, t, hashlib.sha256)",
        'event = {"SignatureVersion": "1", "Message": "a message of SNS"}',
        'topic.set_attributes(AttributeName="SignatureVersion", AttributeValue="2")',
        'name = "AWS: what is new"',
        "from . import boto",
        "import boto3.session",
    ],
)
def test_what_only_looks_like_it_is_not(code: str) -> None:
    assert read(code) == []


@pytest.mark.parametrize(
    "code",
    [
        's3 = boto3.client("s3", config=Config(signature_version=UNSIGNED))',
        "import botocore\nConfig(signature_version=botocore.UNSIGNED)",
        's3.meta.client.meta.events.register("choose-signer.s3.*", disable_signing)',
    ],
)
def test_clients_that_do_not_sign_are_found(code: str) -> None:
    assert kinds(HEAD + code) == {Kind.UNSIGNED}


KEY = "AKIA" + "ABCDEFGHIJKLMNOP"
SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzzzz"


@pytest.mark.parametrize(
    "code",
    [
        f'key = "{KEY}"',
        f'key = b"{KEY}"',
        f'text = f"{{name}}: {KEY}"',
        'boto3.client("s3", aws_access_key_id="x", aws_secret_access_key="y")',
        f'SECRET_ACCESS_KEY = "{SECRET}"',
        'import os\nos.environ["AWS_SECRET_ACCESS_KEY"] = "y"',
        'import os\nos.environ.setdefault("AWS_ACCESS_KEY_ID", "y")',
        'session = {"aws_secret_access_key": "y"}',
    ],
)
def test_keys_are_found_and_never_repeated(code: str) -> None:
    findings = read(HEAD + code)
    assert {finding.kind for finding in findings} == {Kind.KEY}
    assert not any(KEY in str(finding) or SECRET in str(finding) for finding in findings)


@pytest.mark.parametrize(
    "code",
    [
        'key = "AKIAIOSFODNN7EXAMPLE"',
        'import os\nboto3.client("s3", aws_access_key_id=os.environ["KEY"], aws_secret_access_key=None)',
        f'digest = "{SECRET}"',
    ],
)
def test_examples_and_names_are_no_keys(code: str) -> None:
    assert read(HEAD + code) == []


def test_findings_say_the_line() -> None:
    (finding,) = read('import boto3\n\ns3 = boto3.client("s3")\ns3.generate_presigned_url("get_object")\n')
    assert finding == Finding("", 4, "PRESIGN")
    assert 'signature_version="s3v4"' in str(finding)


def test_what_is_no_python_is_not_judged() -> None:
    assert read("print 'python 2'") == [Finding("", 0, "UNREADABLE", certain=False)]
    assert read("x = " + "(" * 5000) == [Finding("", 0, "UNREADABLE", certain=False)]


def test_names_that_stand_for_each_other_end() -> None:
    assert kinds("a = b\nb = a\na.generate_presigned_url('x')", certain=False) == {Kind.PRESIGN}


words = st.sampled_from(
    [
        "s3",
        "boto3.client('s3')",
        "s3.generate_presigned_url('x')",
        "def f(a=1):",
        "    return s3",
        "class A:",
        "    s3 = self.x",
        "Config(signature_version=s3)",
        "for s3 in s3:",
        "    pass",
        "lambda s3: s3",
        "s3 = s3",
    ]
)


@given(st.lists(words, max_size=8))
def test_no_order_of_lines_breaks_it(lines: list[str]) -> None:
    assert isinstance(read("\n".join(lines)), list)
