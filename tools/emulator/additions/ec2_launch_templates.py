"""Launch templates.

moto fails on the second version of a template with user data, and shows the tags of its creation for ever.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import parse_user_data

from tools.emulator.additions import method


def install() -> None:
    """Put launch templates right."""
    made = LaunchTemplates.create_launch_template_version

    @method(LaunchTemplates)
    def create_launch_template_version(self: Any) -> ActionResult:
        data = self._get_param("LaunchTemplateData", {})
        if data.get("UserData") is not None:
            data["UserData"] = parse_user_data(data["UserData"])
        return made(self)

    # The setter is for moto's own constructor, which keeps a copy there.
    LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda *_: None)
