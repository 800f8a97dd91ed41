from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tools.engine.environment import PASSED, clean_environment

USERS = {
    "AWS_ACCESS_KEY_ID": "AKIAUSER",
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "token",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "PULUMI_ACCESS_TOKEN": "pul-secret",
    "PULUMI_BACKEND_URL": "s3://their-state",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/home/user/passphrase",
    "PULUMI_HOME": "/home/user/.pulumi",
    "PULUMI_PREFER_YARN": "1",
    "HTTPS_PROXY": "http://proxy:3128",
    "http_proxy": "http://proxy:3128",
    "HOME": "/home/user",
    "XDG_CONFIG_HOME": "/home/user/.config",
    "PYTHONPATH": "/home/user/lib",
    "VIRTUAL_ENV": "/home/user/venv",
    "GITHUB_TOKEN": "ghp_secret",
    "KUBECONFIG": "/home/user/.kube/config",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
}


def test_nothing_of_the_users_aws_pulumi_or_proxy_settings_passes(tmp_path: Path) -> None:
    clean = clean_environment(tmp_path / "engine", tmp_path / "state", USERS, "/venv/bin/python")
    passed = {name for name, value in clean.items() if USERS.get(name) == value}
    assert passed == {"LANG"}
    del clean["XDG_CACHE_HOME"]
    for value in (
        "AKIAUSER",
        "pul-secret",
        "production",
        "/home/user",
        "proxy:3128",
        "s3://their-state",
        "ghp_secret",
    ):
        assert not any(value in one for one in clean.values()), value


@pytest.mark.parametrize(
    ("user", "cache"),
    [
        ({"HOME": "/home/user"}, "/home/user/.cache"),
        ({"HOME": "/home/user", "XDG_CACHE_HOME": "/fast/cache"}, "/fast/cache"),
    ],
)
def test_what_was_fetched_once_is_found_in_the_users_cache(
    tmp_path: Path, user: dict[str, str], cache: str
) -> None:
    assert clean_environment(None, tmp_path / "state", user)["XDG_CACHE_HOME"] == cache


def test_without_a_home_the_cache_lies_in_the_state_folder(tmp_path: Path) -> None:
    clean = clean_environment(None, tmp_path / "state", {})
    assert clean["XDG_CACHE_HOME"] == str(tmp_path / "state" / "user" / ".cache")


def test_the_engines_state_lies_in_the_state_folder(tmp_path: Path) -> None:
    clean = clean_environment(tmp_path / "engine", tmp_path / "state", USERS, "/venv/bin/python")
    assert clean["HOME"] == str(tmp_path / "state" / "user")
    assert clean["PULUMI_HOME"] == str(tmp_path / "state" / "home")
    assert clean["PULUMI_BACKEND_URL"] == f"file://{tmp_path / 'state' / 'state'}?metadata=skip"
    assert all(Path(clean[name]).is_dir() for name in ("HOME", "PULUMI_HOME"))
    assert clean["PATH"] == f"{tmp_path / 'engine'}:/venv/bin:/usr/bin:/bin"


def test_a_command_that_needs_no_engine_has_none_on_path(tmp_path: Path) -> None:
    assert clean_environment(None, tmp_path, USERS, "/venv/bin/python")["PATH"] == "/venv/bin:/usr/bin:/bin"


def test_a_child_sees_exactly_this_environment(tmp_path: Path) -> None:
    clean = clean_environment(tmp_path / "engine", tmp_path / "state", {**os.environ, **USERS})
    seen = subprocess.run(["env", "-0"], env=clean, capture_output=True, text=True, check=True).stdout
    assert dict(line.split("=", 1) for line in seen.split("\0") if line) == clean


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


names = st.text(st.characters(min_codepoint=65, max_codepoint=90), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    user=st.dictionaries(
        st.one_of(names, names.map(lambda name: f"AWS_{name}"), names.map(lambda name: f"PULUMI_{name}")),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20).map(
            lambda text: f"user-{text}"
        ),
    )
)
def test_whatever_the_user_has_only_named_variables_pass(user: dict[str, str], state: Path) -> None:
    clean = clean_environment(Path("/engine"), state, user, "/venv/bin/python")
    leaked = {name for name, value in clean.items() if value.startswith("user-")}
    assert leaked <= {*PASSED, "XDG_CACHE_HOME"}
