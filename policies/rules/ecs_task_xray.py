"""The X-Ray daemon beside a container: how the program finds it. Follows `sources/001...` lines 3117-3122."""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import json_list

TASK = "aws:ecs/taskDefinition:TaskDefinition"
PORT = 2000
_ADDRESS = "AWS_XRAY_DAEMON_ADDRESS"


@rule(on=TASK, severity=LOW, theme=Theme.LOGGING)
def ecs_task_xray_port(task: Resource) -> Verdict:
    """On a bridge each container has an address of its own: without the daemon's port and name no trace arrives."""
    if task.text("networkMode", absent="bridge") != "bridge":
        return PASS  # Containers of one task then share an address, and the SDK's default finds the daemon.
    containers = json_list(task, "containerDefinitions")
    daemons = [box for box in containers if "xray-daemon" in box.text("image")]
    if not daemons:
        return PASS
    programs = [box for box in containers if box.path not in {daemon.path for daemon in daemons}]
    return every(daemons, _listens) & every(programs, _knows)


def _listens(daemon: Part) -> Verdict:
    for port in daemon.each("portMappings"):
        if port.number("containerPort") == PORT and port.text("protocol").lower() == "udp":
            return PASS
    remedy = 'Add `{"containerPort": 2000, "protocol": "udp"}` to `portMappings`.'
    return violation(daemon.path, "is the X-Ray daemon without its port", remedy)


def _knows(program: Part) -> Verdict:
    if any(variable.text("name") == _ADDRESS for variable in program.each("environment")):
        return PASS
    remedy = f"Set `{_ADDRESS}` to the daemon's name and port, `xray-daemon:2000`."
    return violation(program.path, "does not say where the X-Ray daemon is", remedy)
