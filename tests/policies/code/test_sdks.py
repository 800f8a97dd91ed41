from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.code import sdks
from policies.code.finding import Kind

# The table as it was published: client, first version, number to compare with.
PUBLISHED = [
    (sdks.JAVA, "1.11.x", 10110000),
    (sdks.NET, "3.1.10.0", 30010010),
    (sdks.NODE, "2.68.0", 20680000),
    (sdks.PHP, "3", 30000000),
    (sdks.BOTOCORE, "1.5.71", 10050071),
    (sdks.BOTO3, "1.4.6", 10040006),
    (sdks.RUBY, "2.2.0", 20020000),
    (sdks.CLI, "1.11.108", 10110108),
    (sdks.POWERSHELL, "3.1.10.0", 30010010),
]


@pytest.mark.parametrize(("sdk", "version", "number"), PUBLISHED, ids=lambda item: getattr(item, "name", ""))
def test_the_table_is_the_published_one(sdk: sdks.Sdk, version: str, number: int) -> None:
    assert sdks.comparator(sdk.first) == sdks.comparator(version) == number
    assert len(sdks.SDKS) == len(PUBLISHED)


@given(st.tuples(st.integers(0, 99), st.integers(0, 999), st.integers(0, 9999)), st.data())
def test_numbers_compare_as_versions_do(version: tuple[int, int, int], data: st.DataObject) -> None:
    other = data.draw(st.tuples(st.integers(0, 99), st.integers(0, 999), st.integers(0, 9999)))
    first, second = (sdks.comparator(".".join(map(str, item))) for item in (version, other))
    assert (first < second) is (version < other)


@pytest.mark.parametrize(
    ("sdk", "agent", "version"),
    [
        (sdks.CLI, "[aws-cli/1.11.107 Python/2.7.12 Linux/4.4 botocore/1.5.70]", "1.11.107"),
        (sdks.BOTOCORE, "Boto3/1.4.4 Python/2.7 Linux Botocore/1.5.70", "1.5.70"),
        (sdks.NET, "aws-sdk-dotnet-35/3.1.9.0 .NET Runtime/4.0", "3.1.9.0"),
        (sdks.RUBY, "aws-sdk-ruby2/2.1.0 ruby/2.3", "2.1.0"),
        (sdks.PHP, "aws-sdk-php2/2.8.31 Guzzle/3.9", "2.8.31"),
        (sdks.JAVA, "Mozilla/5.0", ""),
    ],
    ids=lambda item: getattr(item, "name", ""),
)
def test_versions_are_read_from_user_agents(sdk: sdks.Sdk, agent: str, version: str) -> None:
    assert sdks.agent_version(sdk, agent) == version


OLD = {
    "requirements.txt": "# comment\nrequests==2.0\nboto3==1.4.5\n",
    "requirements-dev.txt": "botocore<=1.5.70\n",
    "boto3-1.4.5.dist-info/METADATA": "Metadata-Version: 2.0\nName: boto3\nVersion: 1.4.5\n\ntext\n",
    "uv.lock": '[[package]]\nname = "botocore"\nversion = "1.5.70"\n',
    "Pipfile.lock": '{"default": {"boto3": {"version": "==1.4.5"}}}',
    "package.json": '{"dependencies": {"aws-sdk": "2.67.0"}}',
    "node_modules/aws-sdk/package.json": '{"name": "aws-sdk", "version": "2.67.0"}',
    "package-lock.json": '{"packages": {"node_modules/aws-sdk": {"version": "2.6.0"}}}',
    "yarn.lock": 'aws-sdk@^2.1.0:\n  version "2.60.0"\n',
    "composer.lock": '{"packages": [{"name": "aws/aws-sdk-php", "version": "2.8.31"}]}',
    "Gemfile.lock": "GEM\n  specs:\n    aws-sdk (2.1.0)\n",
    "pom.xml": "<dependency><groupId>com.amazonaws</groupId><artifactId>aws-java-sdk-s3</artifactId>"
    "<version>1.10.77</version></dependency>",
    "a.csproj": '<PackageReference Include="AWSSDK.S3" Version="3.1.9.0" />',
    "b.csproj": '<TargetFramework>uap10.0</TargetFramework><PackageReference Include="AWSSDK.S3" Version="3.7" />',
}
NEW = {
    "requirements.txt": "boto3==1.40.0\nbotocore>=1.4\nawscli\nboto3-stubs==1.0\n",
    "boto3-1.40.0.dist-info/METADATA": "Name: boto3\nVersion: 1.40.0\n\nboto3==1.0\n",
    "requests-1.0.dist-info/METADATA": "Name: requests\nVersion: 1.0\n",
    "uv.lock": '[[package]]\nname = "botocore"\nversion = "1.40.0"\n',
    "package.json": '{"dependencies": {"aws-sdk": "^2.1.0", "@aws-sdk/client-s3": "1.0.0"}}',
    "composer.lock": '{"packages": [{"name": "aws/aws-sdk-php", "version": "3.300.0"}]}',
    "Gemfile.lock": "GEM\n  specs:\n    aws-sdk-core (3.200.0)\n",
    "a.csproj": '<TargetFramework>net8.0</TargetFramework><PackageReference Include="AWSSDK.S3" Version="3.7.0" />',
    "package-lock.json": "not json",
    "other.txt": "boto3==1.4.5\n",
}


@pytest.mark.parametrize("path", OLD)
def test_old_sdks_are_found_in_every_kind_of_manifest(path: str) -> None:
    (finding,) = sdks.read(path, OLD[path])
    assert finding.kind is Kind.OLD_SDK


@pytest.mark.parametrize("path", NEW)
def test_newer_sdks_and_other_packages_pass(path: str) -> None:
    assert sdks.read(path, NEW[path]) == []


def test_java_archives_carry_their_version_in_the_name() -> None:
    assert sdks.by_name("lib/aws-java-sdk-s3-1.10.77.jar") != []
    assert sdks.by_name("lib/aws-java-sdk-core-1.12.700.jar") == []
    assert sdks.by_name("lib/s3-2.25.0.jar") == []


def test_scripts_that_install_old_tools_are_found() -> None:
    text = "set -e\nRUN pip install --no-cache-dir awscli==1.9.2 && true\npip3 install boto3==1.40.0\n"
    (finding,) = sdks.in_script(text)
    assert (finding.line, finding.detail) == (2, "AWS CLI before 1.11.108")
