from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tools.workbench.project import Project, WorkbenchError, embedded_settings


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\ndescription: something\n")
    return Project(tmp_path, "dev")


def test_the_copy_has_the_settings_and_the_checkout_is_not_written(project: Project) -> None:
    project.settings.write_text("# why\nconfig:\n  aws:region: us-east-1\n  small:list: [1, 2]\n")
    before = {one: one.read_text() for one in project.root.iterdir() if one.is_file()}
    project.write_config()
    assert yaml.safe_load(project.config_file.read_text()) == {
        "config": {"aws:region": "us-east-1", "small:list": [1, 2]}
    }
    assert yaml.safe_load((project.config_folder / "Pulumi.yaml").read_text()) == {
        "name": "small",
        "runtime": "python",
    }
    assert {one: one.read_text() for one in project.root.iterdir() if one.is_file()} == before


def test_the_engines_salt_stays_when_the_settings_change(project: Project) -> None:
    project.write_config()
    project.config_file.write_text("encryptionsalt: v1:salt\n")
    project.settings.write_text("config:\n  small:new: 1\n")
    project.write_config()
    assert yaml.safe_load(project.config_file.read_text()) == {
        "config": {"small:new": 1},
        "encryptionsalt": "v1:salt",
    }


def test_what_belongs_to_a_key_on_real_aws_is_left_out() -> None:
    real = {
        "secretsprovider": "awskms://alias/x",
        "encryptedkey": "AQ",
        "encryptionsalt": "v1:a",
        "config": {"a:b": 1},
    }
    assert embedded_settings(real, "Pulumi.dev.yaml") == {"config": {"a:b": 1}}


@pytest.mark.parametrize(
    "value", [{"secure": "AAA"}, [{"secure": "AAA"}], {"inner": {"deep": {"secure": "AAA"}}}]
)
def test_a_value_that_only_its_owner_can_read_is_named(value: object) -> None:
    with pytest.raises(
        WorkbenchError, match=r"Pulumi\.dev\.yaml: config\.a:secret is encrypted.*make up STACK="
    ):
        embedded_settings({"config": {"a:open": 1, "a:secret": value}}, "Pulumi.dev.yaml")


def test_a_setting_that_is_only_called_secure_is_no_secret() -> None:
    settings = {"config": {"a:listener": {"secure": True, "port": 443}}}
    assert embedded_settings(settings, "x") == settings


def test_a_stack_without_settings_has_none(project: Project) -> None:
    project.write_config()
    assert yaml.safe_load(project.config_file.read_text()) == {}


@pytest.mark.parametrize("name", ["", "a/b", "../x", "-x", "a b"])
def test_a_wrong_stack_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: small\n")
    with pytest.raises(WorkbenchError, match="STACK="):
        Project(tmp_path, name)


def test_a_folder_without_a_project_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match=r"Pulumi\.yaml: does not exist"):
        Project(tmp_path, "dev")


def test_broken_settings_are_one_line_with_the_file(project: Project) -> None:
    project.settings.write_text("config: [\n")
    with pytest.raises(WorkbenchError, match=r"Pulumi\.dev\.yaml: is no valid YAML") as caught:
        project.write_config()
    assert "\n" not in str(caught.value)
    project.settings.write_text("- one\n")
    with pytest.raises(WorkbenchError, match="must be a mapping"):
        project.write_config()


def test_a_pack_is_found_by_its_own_file(project: Project) -> None:
    assert project.policies is None
    (project.root / "policies").mkdir()
    assert project.policies is None
    (project.root / "policies" / "PulumiPolicy.yaml").write_text("runtime: python\n")
    assert project.policies == project.root / "policies"


def test_the_policy_configuration_is_the_stacks_own(project: Project) -> None:
    assert project.policy_config is None
    (project.root / f"policies.{project.stack}.json").write_text("{}")
    assert project.policy_config == project.root / f"policies.{project.stack}.json"
