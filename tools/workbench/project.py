"""A project's stack in the embedded way: which files belong to it and how it is configured.

    Pulumi.yaml, Pulumi.dev.yaml        the checkout's, never written; policies.dev.json too
    .groundplan/config/                 a project folder of its own: same project name, a copy of the settings
    .groundplan/state|home|user         the engine's (state backend, Pulumi's home, HOME)
    .groundplan/aws                     the embedded AWS's

The engine writes the salt of its secrets into a stack's settings file; so it gets the copy. What belongs to another
secrets provider (a KMS key on real AWS) is left out of the copy: the embedded way has no access to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

STATE_FOLDER = ".groundplan"
_SECRETS_OF = ("secretsprovider", "encryptedkey", "encryptionsalt")
_STACK_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


class WorkbenchError(Exception):
    """A flow can't go on; the message is one line with the remedy."""


@dataclass(frozen=True)
class Project:
    """One stack of the project in `root`."""

    root: Path
    stack: str

    def __post_init__(self) -> None:
        if not _STACK_NAME.fullmatch(self.stack):
            raise WorkbenchError(f"STACK={self.stack}: use letters, digits, `-`, `_` and `.`, at most 100")
        if not (self.root / "Pulumi.yaml").is_file():
            raise WorkbenchError(f"{self.root / 'Pulumi.yaml'}: does not exist; run this in a Pulumi project")

    @property
    def state(self) -> Path:
        """Folder of everything that the embedded way keeps for this project."""
        return self.root / STATE_FOLDER

    @property
    def aws(self) -> Path:
        """State folder of the embedded AWS."""
        return self.state / "aws"

    @property
    def config_folder(self) -> Path:
        """Folder with a project file of the same name; commands that touch only the state run in it."""
        return self.state / "config"

    @property
    def settings(self) -> Path:
        """The stack's settings as written by its owner."""
        return self.root / f"Pulumi.{self.stack}.yaml"

    @property
    def config_file(self) -> Path:
        """The copy of the settings that the engine reads and writes."""
        return self.config_folder / f"Pulumi.{self.stack}.yaml"

    @property
    def name(self) -> str:
        """The project's name in Pulumi.yaml."""
        return str(_load(self.root / "Pulumi.yaml").get("name", ""))

    @property
    def policies(self) -> Path | None:
        """The project's policy pack, where it has one."""
        folder = self.root / "policies"
        return folder if (folder / "PulumiPolicy.yaml").is_file() else None

    @property
    def policy_config(self) -> Path | None:
        """The policy configuration of this stack (`policies.STACK.json`), where it has one."""
        file = self.root / f"policies.{self.stack}.json"
        return file if file.is_file() else None

    def write_config(self) -> None:
        """Bring the copy of the settings up to date; the salt that the engine wrote into it stays."""
        self.config_folder.mkdir(parents=True, exist_ok=True)
        salt = _load(self.config_file).get("encryptionsalt")
        copy = embedded_settings(_load(self.settings), self.settings.name)
        if salt is not None:
            copy["encryptionsalt"] = salt
        self.config_file.write_text(yaml.safe_dump(copy, sort_keys=False), encoding="utf-8")
        project = {"name": self.name, "runtime": "python"}
        (self.config_folder / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")


def embedded_settings(settings: dict[str, Any], source: str) -> dict[str, Any]:
    """The settings without what belongs to another secrets provider.

    Raises WorkbenchError for an encrypted value: only its owner's provider could decrypt it.
    """
    config = settings.get("config") or {}
    for key, value in config.items():
        if _is_encrypted(value):
            raise WorkbenchError(
                f"{source}: config.{key} is encrypted for another secrets provider; "
                "keep a plain value for it in the settings of a stack of its own (make up STACK=...)"
            )
    return {key: value for key, value in settings.items() if key not in _SECRETS_OF}


def _is_encrypted(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"secure"} or any(map(_is_encrypted, value.values()))
    return isinstance(value, list) and any(map(_is_encrypted, value))


def _load(path: Path) -> dict[str, Any]:
    """A YAML file with a mapping; empty where the file does not exist."""
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise WorkbenchError(f"{path}: is no valid YAML ({' '.join(str(error).split())})") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise WorkbenchError(f"{path}: must be a mapping of settings")
    return content
