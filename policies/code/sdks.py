"""From which version on an SDK signs S3 requests with SigV4 unless told otherwise, and which version is there.

The table and the way to compare are those of "Finding S3 API requests from previous versions of the AWS CLI and
SDKs" (AWS, 2018): `major * 10,000,000 + minor * 10,000 + patch`, missing parts 0, a fourth part ignored. Go and C++
have always signed with SigV4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from policies.code.finding import Finding, Kind, found


@dataclass(frozen=True, slots=True)
class Sdk:
    """A client of AWS: what a user agent calls it, and its first version with SigV4 by default."""

    name: str
    agent: str
    first: str


BOTOCORE = Sdk("Botocore", "Botocore", "1.5.71")
BOTO3 = Sdk("Boto3", "Boto3", "1.4.6")
CLI = Sdk("AWS CLI", "aws-cli", "1.11.108")
JAVA = Sdk("SDK for Java", "aws-sdk-java", "1.11")
NET = Sdk("SDK for .NET", "aws-sdk-dotnet", "3.1.10.0")
NODE = Sdk("SDK for JavaScript", "aws-sdk-nodejs", "2.68.0")
PHP = Sdk("SDK for PHP", "aws-sdk-php", "3")
RUBY = Sdk("SDK for Ruby", "aws-sdk-ruby", "2.2.0")
POWERSHELL = Sdk("Tools for PowerShell", "AWSPowerShell", "3.1.10.0")
SDKS = (JAVA, NET, NODE, PHP, BOTOCORE, BOTO3, RUBY, CLI, POWERSHELL)

_PYTHON: Mapping[str, Sdk] = {"boto3": BOTO3, "botocore": BOTOCORE, "awscli": CLI}
_GEMS: Mapping[str, Sdk] = {
    "aws-sdk": RUBY,
    "aws-sdk-core": RUBY,
    "aws-sdk-resources": RUBY,
    "aws-sdk-v1": RUBY,
}

_REQUIREMENT = re.compile(
    r"^\s*(boto3|botocore|awscli)\s*(?:\[[^\]]*\])?\s*(?:===?|<=?)\s*([\d.]+)", re.IGNORECASE | re.MULTILINE
)
_METADATA = re.compile(r"^(Name|Version): *(\S+)", re.MULTILINE)
_GEM = re.compile(r"^ {4}(aws-sdk[\w-]*) \(([\d.]+)\)", re.MULTILINE)
_JAR = re.compile(r"(?:^|/)aws-java-sdk(?:-[a-z0-9]+)*-(\d+(?:\.\d+)*)\.jar$")
_POM = re.compile(
    r"<groupId>\s*com\.amazonaws\s*</groupId>\s*<artifactId>\s*aws-java-sdk[\w-]*\s*</artifactId>"
    r"\s*<version>\s*([\d.]+)\s*</version>"
)
_NUGET = re.compile(r"""<PackageReference\s+Include="(AWSSDK[\w.]*)"\s+Version="([\d.]+)\"""", re.IGNORECASE)
_NUGET_OLD = re.compile(r"""<package\s+id="(AWSSDK[\w.]*)"\s+version="([\d.]+)\"""", re.IGNORECASE)
# These builds of the SDK for .NET can't do SigV4 at all (the table's note).
_NET_WITHOUT = re.compile(r"<TargetFrameworks?>[^<]*\b(?:uap|portable|monoandroid|xamarin)", re.IGNORECASE)
_LOCK_PYTHON = re.compile(r'^name = "(boto3|botocore|awscli)"\nversion = "([\d.]+)"', re.MULTILINE)
_YARN = re.compile(r'^"?aws-sdk@[^\n]*\n\s+version:? "?([\d.]+)', re.MULTILINE)
# In scripts: user data, build specifications, container files.
_INSTALL = re.compile(r"\binstall\b[^\n;&|]*?\b(boto3|botocore|awscli)==([\d.]+)", re.IGNORECASE)
_BUNDLE = re.compile(r"awscli-bundle-(\d+(?:\.\d+)+)\.zip")
_MODULE = re.compile(r"AWSPowerShell\S*\s[^\n;|]*-(?:Required|Maximum)Version\s+'?\"?([\d.]+)", re.IGNORECASE)


def comparator(version: str) -> int:
    """A version as the number by which the table compares."""
    parts = [int(part) for part in re.findall(r"\d+", version)[:3]]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major * 10_000_000 + minor * 10_000 + patch


def is_old(sdk: Sdk, version: str) -> bool:
    """Whether a version is from before SigV4 was the default."""
    return bool(version) and comparator(version) < comparator(sdk.first)


def agent_version(sdk: Sdk, user_agent: str) -> str:
    """The version of an SDK in a user agent as CloudTrail records it; nothing when it is another's."""
    match = re.search(rf"\b{re.escape(sdk.agent)}[^/ ]*/(\d+(?:\.\d+)*)", user_agent)
    return match[1] if match else ""


def by_name(path: str) -> list[Finding]:
    """What a file's name alone tells: Java archives carry the version in it."""
    match = _JAR.search(path)
    return [_old(JAVA)] if match and is_old(JAVA, match[1]) else []


def read(path: str, text: str) -> list[Finding]:
    """The findings of a manifest or lock file; `path` says which kind it is."""
    name = path.rpartition("/")[2].lower()
    for fits, versions in _READERS:
        if fits(path, name):
            return _judge(versions(text))
    return []


def in_script(text: str) -> list[Finding]:
    """Old SDKs and CLIs that a shell script, build specification or container file installs."""
    pinned = [(_PYTHON[match[1].lower()], match[2], _line(text, match)) for match in _INSTALL.finditer(text)]
    pinned += [(CLI, match[1], _line(text, match)) for match in _BUNDLE.finditer(text)]
    pinned += [(POWERSHELL, match[1], _line(text, match)) for match in _MODULE.finditer(text)]
    return _judge(iter(pinned))


Versions = Iterator[tuple[Sdk, str, int]]


def _judge(versions: Versions) -> list[Finding]:
    return sorted({_old(sdk, line) for sdk, version, line in versions if is_old(sdk, version)})


def _old(sdk: Sdk, line: int = 0) -> Finding:
    return found(Kind.OLD_SDK, line, f"{sdk.name} before {sdk.first}")


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def _pattern(pattern: re.Pattern[str], sdks: Mapping[str, Sdk] | Sdk) -> Callable[[str], Versions]:
    """A reader by a pattern with name and version, or with the version alone."""

    def read_text(text: str) -> Versions:
        for match in pattern.finditer(text):
            sdk = sdks if isinstance(sdks, Sdk) else sdks.get(match[1].lower())
            if sdk:
                yield sdk, match[pattern.groups], _line(text, match)

    return read_text


def _metadata(text: str) -> Versions:
    fields = dict(_METADATA.findall(text.split("\n\n", 1)[0]))
    sdk = _PYTHON.get(fields.get("Name", "").lower())
    if sdk:
        yield sdk, fields.get("Version", ""), 0


def _net(text: str) -> Versions:
    yield from _pattern(_NUGET, NET)(text)
    yield from _pattern(_NUGET_OLD, NET)(text)
    if "AWSSDK" in text and _NET_WITHOUT.search(text):
        yield NET, "0.1", 0


def _package_json(text: str) -> Versions:
    content = _object(text)
    if content.get("name") == "aws-sdk":
        yield NODE, str(content.get("version", "")), 0
    for group in ("dependencies", "devDependencies"):
        wanted = _inner(content, group).get("aws-sdk")
        # A caret takes the newest of version 2; an exact version or a tilde stays where it is.
        if isinstance(wanted, str) and re.fullmatch(r"[~=v]?\d+(?:\.\d+)*", wanted):
            yield NODE, wanted, 0


def _package_lock(text: str) -> Versions:
    content = _object(text)
    for group, key in (("packages", "node_modules/aws-sdk"), ("dependencies", "aws-sdk")):
        version = _inner(_inner(content, group), key).get("version")
        if isinstance(version, str):
            yield NODE, version, 0


def _composer(text: str) -> Versions:
    packages = _object(text).get("packages")
    for package in packages if isinstance(packages, list) else []:
        if isinstance(package, dict) and package.get("name") == "aws/aws-sdk-php":
            yield PHP, str(package.get("version", "")), 0


def _pipfile(text: str) -> Versions:
    for group in ("default", "develop"):
        packages = _inner(_object(text), group)
        for name, sdk in _PYTHON.items():
            version = _inner(packages, name).get("version")
            if isinstance(version, str) and version.startswith("=="):
                yield sdk, version, 0


def _object(text: str) -> Mapping[str, object]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _inner(content: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = content.get(key)
    return value if isinstance(value, dict) else {}


_READERS: tuple[tuple[Callable[[str, str], bool], Callable[[str], Versions]], ...] = (
    (
        lambda _, name: name.endswith(".txt") and ("requirements" in name or "constraints" in name),
        _pattern(_REQUIREMENT, _PYTHON),
    ),
    (
        lambda path, name: (
            name in ("metadata", "pkg-info") and (".dist-info/" in path or ".egg-info/" in path)
        ),
        _metadata,
    ),
    (lambda _, name: name in ("poetry.lock", "uv.lock", "pdm.lock"), _pattern(_LOCK_PYTHON, _PYTHON)),
    (lambda _, name: name == "pipfile.lock", _pipfile),
    (lambda _, name: name == "package.json", _package_json),
    (lambda _, name: name in ("package-lock.json", "npm-shrinkwrap.json"), _package_lock),
    (lambda _, name: name == "yarn.lock", _pattern(_YARN, NODE)),
    (lambda _, name: name == "composer.lock", _composer),
    (lambda _, name: name == "gemfile.lock", _pattern(_GEM, _GEMS)),
    (lambda _, name: name == "pom.xml" or name.endswith(".pom"), _pattern(_POM, JAVA)),
    (lambda _, name: name.endswith(".csproj") or name == "packages.config", _net),
)


def is_manifest(path: str) -> bool:
    """Whether `read` knows this kind of file."""
    name = path.rpartition("/")[2].lower()
    return any(fits(path, name) for fits, _ in _READERS)
