"""Dependencies: resolved by uv for Lambda's platform, from wheels in a folder (no network is needed)."""

from __future__ import annotations

import io
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from components.foundation.errors import ComponentError
from components.serverless import requirements
from components.serverless.artefact import build_artefact
from components.serverless.requirements import Platform, cache_key, installed, last_words

ARM = "py3-none-manylinux_2_28_aarch64"
X86 = "py3-none-manylinux_2_28_x86_64"


def wheel(folder: Path, tag: str) -> str:
    """A small wheel of the package `tool`; gives its hash."""
    folder.mkdir(exist_ok=True)
    made = io.BytesIO()
    info = "tool-1.0.dist-info"
    files = {
        "tool.py": f"PLATFORM = {tag!r}\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tool\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n",
        f"{info}/entry_points.txt": "[console_scripts]\ntool = tool:main\n",
    }
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]))
    (folder / f"tool-1.0-{tag}.whl").write_bytes(made.getvalue())
    return sha256(made.getvalue()).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An index with the package `tool` for both processors; gives the line that asks for it."""
    folder = tmp_path / "wheels"
    hashes = [wheel(folder, tag) for tag in (ARM, X86)]
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    return f"tool==1.0 --hash=sha256:{hashes[0]} \\\n    --hash=sha256:{hashes[1]}\n"


def write(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "fn"
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").write_text(text)
    return folder / "requirements.txt"


@pytest.mark.parametrize(("architecture", "tag"), [("arm64", ARM), ("x86_64", X86)])
def test_wheels_are_those_of_the_functions_platform(
    tmp_path: Path, index: str, architecture: str, tag: str
) -> None:
    files = installed(write(tmp_path, index), Platform("python3.13", architecture))
    assert files["tool.py"].decode() == f"PLATFORM = {tag!r}\n"


def test_what_the_installer_writes_for_itself_stays_out(tmp_path: Path, index: str) -> None:
    names = set(installed(write(tmp_path, index), Platform()))
    assert {"tool.py", "tool-1.0.dist-info/METADATA", "tool-1.0.dist-info/entry_points.txt"} <= names
    assert not {
        one for one in names if one.startswith(("bin/", ".")) or one.endswith(("RECORD", "INSTALLER"))
    }


def test_the_archive_holds_code_and_dependencies(tmp_path: Path, index: str) -> None:
    folder = write(tmp_path, index).parent
    (folder / "handler.py").write_text("")
    with zipfile.ZipFile(build_artefact(folder, Platform(), root="python").path) as opened:
        assert {"python/handler.py", "python/tool.py"} <= set(opened.namelist())


def test_a_file_of_its_own_may_not_hide_a_dependency(tmp_path: Path, index: str) -> None:
    folder = write(tmp_path, index).parent
    (folder / "tool.py").write_text("")
    with pytest.raises(ComponentError, match=r"'tool.py' is a file of its own and of a dependency"):
        build_artefact(folder, Platform())


def test_what_was_fetched_once_is_not_fetched_again(
    tmp_path: Path, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, index)
    first = installed(file, Platform())
    monkeypatch.setattr(requirements, "_run", lambda *_: pytest.fail("uv ran"))
    assert installed(file, Platform()) == first


def test_a_wrong_hash_is_refused(tmp_path: Path, index: str, cache: Path) -> None:
    with pytest.raises(ComponentError, match=r"fn/requirements.txt: uv can't install it: .*[Hh]ash"):
        installed(write(tmp_path, f"tool==1.0 --hash=sha256:{'0' * 64}\n"), Platform())
    assert not list((cache / "groundplan" / "dependencies").iterdir())


def test_a_dependency_without_a_hash_is_refused(tmp_path: Path, index: str) -> None:
    with pytest.raises(ComponentError, match="uv pip compile --generate-hashes"):
        installed(write(tmp_path, "tool==1.0\n"), Platform())


def test_no_requirements_need_no_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "_run", lambda *_: pytest.fail("uv ran"))
    assert installed(write(tmp_path, "# nothing\n\n"), Platform()) == {}


@pytest.mark.parametrize("line", ["-r other.txt", "--index-url https://example.com", "-e ."])
def test_options_that_lead_elsewhere_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ComponentError, match="is not taken; write each dependency as name==version"):
        installed(write(tmp_path, f"{line}\n"), Platform())


def test_without_uv_the_error_says_what_to_install(
    tmp_path: Path, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ComponentError, match="uv: is not installed"):
        installed(write(tmp_path, index), Platform())


def test_without_network_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "http://someone:hush@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    with pytest.raises(ComponentError, match="connect to the package index") as caught:
        installed(write(tmp_path, f"tool==1.0 --hash=sha256:{'0' * 64}\n"), Platform())
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("runtime", "architecture", "wheels"),
    [
        ("python3.11", "arm64", "aarch64-manylinux2014"),
        ("python3.12", "x86_64", "x86_64-manylinux_2_34"),
        ("python3.13", "arm64", "aarch64-manylinux_2_34"),
    ],
)
def test_the_platform_is_that_of_the_runtimes_system(runtime: str, architecture: str, wheels: str) -> None:
    assert Platform(runtime, architecture).wheels == wheels


def test_another_languages_runtime_has_no_requirements(tmp_path: Path) -> None:
    with pytest.raises(ComponentError, match=r"'nodejs22\.x' can't use a requirements\.txt"):
        installed(write(tmp_path, "tool==1.0\n"), Platform("nodejs22.x"))


def test_each_content_and_platform_has_its_own_place_in_the_cache() -> None:
    platforms = [Platform("python3.12"), Platform("python3.13"), Platform("python3.13", "x86_64")]
    keys = {cache_key(text, platform) for text in ("a", "b") for platform in platforms}
    assert len(keys) == 6


def test_credentials_of_an_index_are_not_shown() -> None:
    assert last_words("one\n  two https://me:hush@example.com/x \n") == "one two https://example.com/x"
