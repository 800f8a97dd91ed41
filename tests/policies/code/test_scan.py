from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from policies.code import Kind, scan_asset, scan_path
from policies.code.files import UnreadableError
from policies.pack.values import Asset

ROOT = Path(__file__).parents[3]
BAD = 'import boto3\ns3 = boto3.client("s3")\ns3.generate_presigned_url("get_object")\n'
FILES = {
    "app/handler.py": BAD,
    "app/index.mjs": "s3.makeUnauthenticatedRequest('getObject');\n",
    "app/.aws/config": "[default]\ns3 =\n  signature_version = s3\n",
    "requirements.txt": "boto3==1.4.5\n",
    "data.bin": "\0\0AWSAccessKeyId=",
    "readme.md": BAD,
    "vendor/thing.py": BAD,
    "vendor/thing-1.0.dist-info/RECORD": "thing.py,sha256=x,10\nthing-1.0.dist-info/RECORD,,\n",
    "botocore/auth.py": 'x = "AWSAccessKeyId="\n',
    "boto3-1.4.5.dist-info/METADATA": "Name: boto3\nVersion: 1.4.5\n",
    "node_modules/aws-sdk/package.json": '{"name": "aws-sdk", "version": "2.60.0"}',
    "node_modules/aws-sdk/lib/s3.js": "const x = {signatureVersion: 's3'};\n",
}
EXPECTED = {
    ("app/handler.py", 3, Kind.PRESIGN),
    ("app/index.mjs", 1, Kind.UNSIGNED),
    ("app/.aws/config", 3, Kind.SIGV2),
    ("requirements.txt", 1, Kind.OLD_SDK),
    ("boto3-1.4.5.dist-info/METADATA", 0, Kind.OLD_SDK),
    ("node_modules/aws-sdk/package.json", 0, Kind.OLD_SDK),
}


def seen(findings: Any) -> set[tuple[str, int, Kind]]:
    return {(finding.path, finding.line, finding.kind) for finding in findings}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "source"


def test_a_folder_is_read_without_what_is_installed(folder: Path) -> None:
    (folder / "link.py").symlink_to(folder / "vendor" / "thing.py")
    assert seen(scan_path(folder)) == EXPECTED


def test_a_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    assert seen(scan_path(tmp_path / "code.zip")) == EXPECTED


def test_a_tar_is_read_like_a_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "code.tar.gz", "w:gz") as archive:
        for name, text in FILES.items():
            item = tarfile.TarInfo(f"./{name}")
            item.size = len(text.encode())
            archive.addfile(item, io.BytesIO(text.encode()))
    assert seen(scan_path(tmp_path / "code.tar.gz")) == EXPECTED


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more")
    assert scan_path(tmp_path / "broken.zip") == []
    with pytest.raises(UnreadableError, match=r"missing\.zip"):
        scan_path(tmp_path / "missing.zip")


def asset(*, is_archive: bool = True, **fields: Any) -> Asset:
    return Asset(fields, is_archive=is_archive)


def test_assets_of_a_program_are_read_where_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "Pulumi.yaml").touch()
    monkeypatch.chdir(folder / "app")  # The engine runs a pack in its own folder, here below the program's.
    monkeypatch.delenv("PWD", raising=False)
    assert seen(scan_asset(asset(path="app", hash="1", assets={})) or ()) == {
        (name.removeprefix("app/"), line, kind) for name, line, kind in EXPECTED if name.startswith("app/")
    }
    assert scan_asset(asset(path="nowhere", hash="2")) is None
    assert scan_asset(asset(uri="https://example.com/code.zip")) is None
    text = asset(is_archive=False, text=BAD)
    assert seen(scan_asset(text) or ()) == {("inline.py", 3, Kind.PRESIGN)}
    inner = asset(assets={"handler.py": text, "more": asset(path=str(folder / "app"), hash="3")})
    assert ("handler.py", 3, Kind.PRESIGN) in seen(scan_asset(inner) or ())
    assert ("index.mjs", 1, Kind.UNSIGNED) in seen(scan_asset(inner) or ())
    assert scan_asset(asset(assets={"handler.py": "no asset"})) is None


scalars = (
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["\0", "/", ".", "~"])
)


@given(
    st.dictionaries(
        st.sampled_from(["assets", "path", "text", "uri", "hash"]),
        scalars | st.dictionaries(st.text(max_size=4), scalars, max_size=2),
        max_size=4,
    ),
    st.booleans(),
)
def test_no_asset_breaks_it(fields: dict[str, Any], is_archive: bool) -> None:
    findings = scan_asset(Asset(fields, is_archive=is_archive), bases=[])
    assert findings is None or isinstance(findings, list)


OWN = [name for name in ("components", "stack", "policies", "lambdas") if (ROOT / name).is_dir()]


@pytest.mark.parametrize("name", OWN)
def test_the_projects_own_code_is_clean(name: str) -> None:
    assert [str(finding) for finding in scan_path(ROOT / name)] == []
