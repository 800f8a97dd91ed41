"""`python -m policies bundle FOLDER`: the pack as a folder of its own, to publish or to carry to another repository.

    FOLDER/
      PulumiPolicy.yaml   with an environment of its own, `venv`, which `pulumi install` fills
      requirements.txt    what goes into it
      __main__.py  pack/  rules/  ...

`pulumi policy publish` (in FOLDER) sends it to Pulumi Cloud; `--policy-pack FOLDER` runs it from where it is.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc", "waivers.yaml", "venv", ".*")
_ENVIRONMENT = re.compile(r"^    # .*\n(?=    virtualenv:)|(?<=^    virtualenv: ).*$", re.MULTILINE)


class BundleError(Exception):
    """The folder can't take the pack; the message says why and what to do."""


def bundle(pack: Path, target: Path) -> None:
    """Copy the pack in `pack` to the new folder `target`. Raises BundleError when it holds something already."""
    if target.exists() and any(target.iterdir()):
        raise BundleError(f"{target}: is not empty; name a new folder")
    shutil.copytree(pack, target, ignore=_LEFT_BEHIND, dirs_exist_ok=True)
    manifest = target / "PulumiPolicy.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        _ENVIRONMENT.sub(lambda match: "" if match[0].endswith("\n") else "venv", text), encoding="utf-8"
    )
