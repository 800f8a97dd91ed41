from __future__ import annotations

from policies.code.config_source import read
from policies.code.finding import Finding


def test_sigv2_in_a_profile_is_found() -> None:
    text = "[profile a]\nregion = eu-west-1\ns3 =\n    signature_version = s3\n"
    assert read(text) == [Finding("", 4, "SIGV2", "`signature_version`")]
    assert read(text.replace("= s3\n", "= s3v4\n")) == []


def test_keys_are_found() -> None:
    text = "[default]\naws_access_key_id = AKIA" + "ABCDEFGHIJKLMNOP\naws_secret_access_key = x\n"
    assert [finding.line for finding in read(text)] == [2, 3]
    assert read("# aws_secret_access_key = x\naws_secret_access_key =\n") == []
