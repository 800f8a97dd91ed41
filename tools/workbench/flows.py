"""`up`, `preview` and `down` of one stack on the embedded AWS. Each returns the exit code of `make`."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from tools import emulator
from tools.emulator import status
from tools.workbench import plan
from tools.workbench.project import Project
from tools.workbench.session import Session, opened
from tools.workbench.timing import say


def up(project: Project) -> int:
    """Deploy the stack, the policy pack in between, and say what there is afterwards."""
    with opened(project, lasting=True) as session:
        parts, pulumi = session.parts, session.pulumi
        with parts.part("preparing the stack"):
            session.prepare()
        with parts.part(f"deploying {project.name}/{project.stack}"):
            code = pulumi.operate("up", "--yes", "--suppress-progress", *session.pack)
        if code != 0:
            say("stopped: what was finished is kept; `make up` goes on from there, `make down` takes it away")
            return code
        if unchanged := nothing_changed(pulumi.last_changes()):
            say(unchanged)
        say(status.summary(session.running))
        say("look inside with the AWS CLI, boto3 or anything that speaks to AWS:")
        print(look_inside(session.running.endpoint, pulumi.environment))
        say("time:")
        print(parts.table())
    return 0


def preview(project: Project) -> int:
    """Show the plan and leave it as build/plan.json; needs no running AWS and leaves none."""
    with opened(project, lasting=False) as session:
        with session.parts.part("preparing the stack"):
            session.prepare()
        with session.parts.part(f"previewing {project.name}/{project.stack}"):
            target = project.root / "build" / "plan.json"
            code = plan.show_and_write(session.pulumi, target, session.pack)
    if code == 0:
        say(f"the same plan for machines: {target.relative_to(project.root)}")
    say("time:")
    print(session.parts.table())
    return code


def down(project: Project) -> int:
    """Destroy the stack; with the last one stop the embedded AWS and remove all that was kept."""
    if not project.state.exists():
        say("there is nothing to take down")
        return 0
    with opened(project, lasting=True) as session:
        code = _destroy(session)
        if code != 0:
            say(f"stopped: `make down` again goes on; removing {project.state.name}/ forgets everything")
            return code
        if others := session.pulumi.stacks():
            say(f"other stacks stay: {', '.join(others)} (make down STACK=...)")
        else:
            with session.parts.part("stopping the embedded AWS"):
                emulator.reset(project.aws)
            shutil.rmtree(project.state)
            say("nothing is left")
    say("time:")
    print(session.parts.table())
    return 0


def _destroy(session: Session) -> int:
    pulumi, project = session.pulumi, session.pulumi.project
    project.write_config()
    if project.stack not in pulumi.stacks():
        return 0
    session.prepare()
    with session.parts.part(f"destroying {project.name}/{project.stack}"):
        code = pulumi.operate("destroy", "--yes", "--skip-preview", "--suppress-progress")
    if code == 0:
        pulumi.ask("stack", "rm", project.stack, "--yes")
    return code


def nothing_changed(changes: Mapping[str, int]) -> str:
    """A line for an `up` that left every resource as it was; empty for any other."""
    if set(changes) <= {"same"}:
        return f"nothing changed: all {changes.get('same', 0)} resources are as the program says"
    return ""


def look_inside(endpoint: str, environment: Mapping[str, str]) -> str:
    """How to reach the embedded AWS from a shell and from Python."""
    key, region = environment["AWS_ACCESS_KEY_ID"], environment["AWS_REGION"]
    secret = environment["AWS_SECRET_ACCESS_KEY"]
    exported = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": region,
    }
    arguments = f'endpoint_url="{endpoint}", region_name="{region}"'
    credentials = f'aws_access_key_id="{key}", aws_secret_access_key="{secret}"'
    lines = (
        "export " + " ".join(f"{name}={value}" for name, value in exported.items()),
        "aws ec2 describe-vpcs",
        f'boto3.client("ec2", {arguments}, {credentials}).describe_vpcs()',
        ".venv/bin/python -m tools.emulator exec -- aws ec2 describe-vpcs    # sets all of it by itself",
    )
    return "\n".join(f"  {line}" for line in lines)
