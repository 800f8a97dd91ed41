"""Rules on access keys in settings: environment variables and arguments that everybody who may describe them reads.

Programs on AWS get credentials from their role, which expire. A variable counts when its name is one that the SDKs
read (SDKs and Tools Reference Guide, "Environment variables support") or its value has the form of an access key's
identifier. Messages name the place, never the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, Theme, rule
from policies.pack.values import Unknown, Value
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

_NAMES = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AMAZON_ACCESS_KEY_ID",
        "AMAZON_SECRET_ACCESS_KEY",
    }
)
# A long-lived key; the keys that AWS's own documents print end in EXAMPLE.
_KEY_ID = re.compile(r"(?<![A-Z0-9])AKIA(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}(?![A-Z0-9])")
_REMEDY = "Take it out: the SDK uses the role's credentials, which expire."

Entry = tuple[str, Value, Value]
"""Path, name and value of a variable."""


def is_key_id(text: str) -> bool:
    """Whether a text holds the identifier of a long-lived access key."""
    return _KEY_ID.search(text) is not None


def is_key_variable(name: str, value: Value) -> bool:
    """Whether a variable holds a part of an access key, by its name or by its value; the rules here say it of those."""
    return _is_key_name(name) or (isinstance(value, str) and is_key_id(value))


def _is_key_name(name: str) -> bool:
    return name.upper().lstrip("-").replace("-", "_") in _NAMES


def _judge(entry: Entry) -> Verdict:
    path, name, value = entry
    if isinstance(name, str) and _is_key_name(name):
        return violation(path, "holds a part of an access key", _REMEDY)
    if isinstance(value, Unknown):
        return undecided(path)
    if isinstance(value, str) and is_key_id(value):
        return violation(path, "holds an access key's identifier", _REMEDY)
    return PASS


def _map(part: Part, path: str) -> Iterator[Entry]:
    value = part.get(path)
    if isinstance(value, dict):
        for name, item in value.items():
            yield part.at(f"{path}.{name}" if name in _NAMES else path), name, item


def _list(part: Part, path: str) -> Iterator[Entry]:
    """Variables that are objects with `name` and `value`."""
    for item in part.known_each(path):
        if isinstance(item.value, dict):
            yield item.path, item.value.get("name"), item.value.get("value")


def _json(part: Part, path: str) -> list[Part]:
    """The JSON text at a path as parts; text that is not JSON is nothing: the provider refuses it."""
    value = part.get(path)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    return Part(value, part.at(path)).each()


def _variables(parts: Iterable[Part], read: Callable[[Part, str], Iterable[Entry]], path: str) -> Verdict:
    return every(parts, lambda part: every(read(part, path), _judge))


@rule(
    on="aws:lambda/function:Function",
    severity=CRITICAL,
    theme=Theme.SIGV4,
    same_as=["CKV_AWS_45"],
)
def access_keys_not_in_lambda(function: Resource) -> Verdict:
    """A function has a role; a key among its variables is read by all who may see its configuration."""
    return every(_map(function, "environment.variables"), _judge)


@rule(
    on="aws:ecs/taskDefinition:TaskDefinition",
    severity=CRITICAL,
    theme=Theme.SIGV4,
    same_as=["SecurityHub ECS.8"],
)
def access_keys_not_in_ecs(task: Resource) -> Verdict:
    """A task has a role; a key in its definition stays in every revision for ever."""
    return _variables(_json(task, "containerDefinitions"), _list, "environment")


@rule(
    on="aws:codebuild/project:Project",
    severity=CRITICAL,
    theme=Theme.SIGV4,
)
def access_keys_not_in_codebuild(project: Resource) -> Verdict:
    """A build has a role; a plain variable is printed in logs and read by all who may see the project."""

    def judge(variable: Part) -> Verdict:
        value = variable.value
        if not isinstance(value, dict) or variable.text("type", "PLAINTEXT") != "PLAINTEXT":
            return PASS  # The name of a parameter or a secret.
        return _judge((variable.path, value.get("name"), value.get("value")))

    return every(project.known_each("environment.environmentVariables"), judge)


@rule(on="aws:batch/jobDefinition:JobDefinition", severity=CRITICAL, theme=Theme.SIGV4)
def access_keys_not_in_batch(job: Resource) -> Verdict:
    """A job has a role; a key in its definition stays in every revision for ever."""
    nested = {
        "containerProperties": "",
        "ecsProperties": "taskProperties.containers",
        "nodeProperties": "nodeRangeProperties.container",
    }

    def judge(path: str) -> Verdict:
        inner = nested[path]
        parts = [item for part in _json(job, path) for item in (part.walk(inner) if inner else [part])]
        return _variables(parts, _list, "environment")

    return every(nested, judge)


@rule(on="aws:apprunner/service:Service", severity=CRITICAL, theme=Theme.SIGV4)
def access_keys_not_in_apprunner(service: Resource) -> Verdict:
    """A service has an instance role; its variables are read by all who may describe it."""
    places = (
        "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables",
        "sourceConfiguration.codeRepository.codeConfiguration.codeConfigurationValues.runtimeEnvironmentVariables",
    )
    return every(places, lambda path: every(_map(service, path), _judge))


@rule(
    on=(
        "aws:elasticbeanstalk/environment:Environment",
        "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
    ),
    severity=CRITICAL,
    theme=Theme.SIGV4,
)
def access_keys_not_in_beanstalk(environment: Resource) -> Verdict:
    """Servers of Elastic Beanstalk have an instance profile; keys among their settings never expire."""
    return every(_list(environment, "settings"), _judge)


@rule(on="aws:glue/job:Job", severity=CRITICAL, theme=Theme.SIGV4)
def access_keys_not_in_glue(job: Resource) -> Verdict:
    """A job has a role; its arguments are shown with every run."""
    return every(("defaultArguments", "nonOverridableArguments"), lambda path: every(_map(job, path), _judge))


@rule(on="aws:sagemaker/model:Model", severity=CRITICAL, theme=Theme.SIGV4)
def access_keys_not_in_sagemaker(model: Resource) -> Verdict:
    """A model has an execution role; keys in its containers' variables never expire."""
    return every(
        ("containers", "primaryContainer"), lambda path: _variables(model.each(path), _map, "environment")
    )


@rule(on=("aws:amplify/app:App", "aws:amplify/branch:Branch"), severity=CRITICAL, theme=Theme.SIGV4)
def access_keys_not_in_amplify(app: Resource) -> Verdict:
    """Variables of a build for the web end up in pages and logs easily."""
    return every(_map(app, "environmentVariables"), _judge)


@rule(
    on="aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion",
    severity=HIGH,
    theme=Theme.SIGV4,
)
def access_keys_not_in_lightsail(deployment: Resource) -> Verdict:
    """Lightsail gives containers no role of yours, but a key in a variable is the worst way to lend one."""
    return _variables(deployment.each("containers"), _map, "environment")


@rule(on="aws:ssm/parameter:Parameter", severity=CRITICAL, theme=Theme.SIGV4)
def access_keys_not_in_parameter(parameter: Resource) -> Verdict:
    """A plain parameter is read by everybody with the common right `ssm:GetParameter`."""

    def judge(path: str) -> Verdict:
        return _judge((parameter.at(path), None, parameter.text(path)))

    if parameter.text("type") == "SecureString":
        return PASS
    return every(("value", "insecureValue"), judge)
