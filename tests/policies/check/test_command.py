from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policies.check.command import run
from tests.policies.check.support import VOLUME, create, export, plan, state
from tests.policies.support import some_rules

ROOT = Path(__file__).parents[3]
RULES = some_rules("ec2-volume-encrypted", "kms-key-deletion-window")
BAD = plan(create(VOLUME, "bad", {"encrypted": False}))
GOOD = plan(create(VOLUME, "good", {"encrypted": True}))


def check(folder: Path, text: str, *arguments: str) -> int:
    (folder / "plan.json").write_text(text, encoding="utf-8")
    return run(RULES, folder, "1.2.3", [str(folder / "plan.json"), *arguments])


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, GOOD) == 0
    assert "no violations" in capsys.readouterr().out
    assert check(tmp_path, BAD) == 1
    assert check(tmp_path, BAD, "--profile", "sandbox") == 0
    assert "1 advisory" in capsys.readouterr().out
    assert check(tmp_path, "nonsense") == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_configuration_file_levels_and_typos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "policies.json"
    config.write_text(json.dumps({"ec2-volume-encrypted": "mandatory", "severity:high": "advisory"}))
    assert check(tmp_path, BAD, "--config", str(config)) == 1
    config.write_text(json.dumps({"ec2-volume-encrypted": {"enforcementLevel": "disabled"}}))
    assert check(tmp_path, BAD, "--config", str(config)) == 0
    config.write_text(json.dumps({"settings": {"profile": "sandbox"}}))
    assert check(tmp_path, BAD, "--config", str(config)) == 0
    assert check(tmp_path, BAD, "--config", str(config), "--profile", "strict") == 1
    capsys.readouterr()
    for content, message in (
        ({"ec2-volume-encryptd": "advisory"}, "did you mean `ec2-volume-encrypted`?"),
        (
            {"ec2-volume-encrypted": "advise"},
            "ec2-volume-encrypted: no level of this name; did you mean `advisory`?",
        ),
        ({"kms-key-deletion-window": {"minimumDay": 3}}, "did you mean `minimumDays`?"),
        ({"kms-key-deletion-window": {"minimumDays": "3"}}, "must be of type int"),
        ({"ec2-volume-encrypted": 3}, "must be a level or an object of options"),
        ([], "must be an object"),
    ):
        config.write_text(json.dumps(content))
        assert check(tmp_path, BAD, "--config", str(config)) == 2
        assert message in capsys.readouterr().err
    config.write_text("{")
    assert check(tmp_path, BAD, "--config", str(config)) == 2
    assert check(tmp_path, BAD, "--config", str(tmp_path / "none.json")) == 2


def test_waivers_beside_the_pack_or_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "waivers:\n  - {rule: ec2-volume-encrypted, resource: bad, owner: a@example.com, expires: 2999-01-01,\n"
        "     reason: Holds nothing but public data.}\n"
    )
    named = tmp_path / "ours.yaml"
    named.write_text(text, encoding="utf-8")
    assert check(tmp_path, BAD, "--waivers", str(named)) == 0
    assert check(tmp_path, BAD) == 1
    named.rename(tmp_path / "waivers.yaml")
    assert check(tmp_path, BAD, "--details") == 0
    assert "waived by a@example.com" in capsys.readouterr().out
    # A waiver of a violation that is gone: a finding, at a mandatory level in production.
    assert check(tmp_path, GOOD) == 0
    assert check(tmp_path, GOOD, "--profile", "production") == 1
    assert check(tmp_path, BAD, "--waivers", str(tmp_path / "none.yaml")) == 2


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_output_file_in_every_form(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out" / "report"
    assert check(tmp_path, BAD, "--format", form, "--output", str(target)) == 1
    assert "ec2-volume-encrypted" in target.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


def test_standard_input_and_missing_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(export(state(VOLUME, "v", {}, outputs={}))))
    assert run(RULES, tmp_path, "1", ["-"]) == 1
    assert run(RULES, tmp_path, "1", []) == 2
    assert run(RULES, tmp_path, "1", [str(tmp_path / "none.json")]) == 2
    assert "can't be read (No such file" in capsys.readouterr().err


def program(folder: Path, body: str) -> dict[str, str]:
    """A stand-in for the CLI on PATH."""
    script = folder / "pulumi"
    script.write_text(f"#!{sys.executable}\nimport os, sys\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return {**os.environ, "PATH": str(folder), "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}


def previewed(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "policies", "check", "--preview", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_runs_a_preview(tmp_path: Path) -> None:
    environment = program(
        tmp_path,
        "assert 'PULUMI_ENABLE_STREAMING_JSON_PREVIEW' not in os.environ\n"
        "assert sys.argv[1:] == ['preview', '--json', '--show-sames', '--non-interactive', '--stack', 'dev'], sys.argv\n"
        f"print({BAD!r})",
    )
    done = previewed(environment, "--", "--stack", "dev")
    assert (done.returncode, "ec2-volume-encrypted" in done.stdout) == (1, True), done.stderr


def test_a_preview_that_fails_could_not_be_judged(tmp_path: Path) -> None:
    done = previewed(program(tmp_path, "sys.exit(255)"))
    assert done.returncode == 2
    assert "ended with code 255" in done.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    done = previewed({**os.environ, "PATH": str(empty)})
    assert (done.returncode, "not on PATH" in done.stderr) == (2, True)


def test_without_arguments_says_how_to_use_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policies"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.startswith("usage: python -m policies check")) == (1, True)


def test_one_run_writes_several_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sarif, junit = tmp_path / "build" / "policies.sarif", tmp_path / "policies.xml"
    assert check(tmp_path, BAD, "--also", f"sarif={sarif}", "--also", f"junit={junit}") == 1
    assert "ec2-volume-encrypted" in capsys.readouterr().out
    assert json.loads(sarif.read_text())["runs"][0]["results"][0]["ruleId"] == "ec2-volume-encrypted"
    assert "ec2-volume-encrypted" in junit.read_text()


@pytest.mark.parametrize("also", ["srif=file", "sarif", "sarif="])
def test_a_wrong_format_or_file_could_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], also: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        check(tmp_path, BAD, "--also", also)
    assert stopped.value.code == 2
    assert "is not FORMAT=FILE with one of text, json, sarif, junit" in capsys.readouterr().err
