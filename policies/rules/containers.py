"""Rules on container images wherever one is named: the same name must mean the same image tomorrow.

Amazon ECR User Guide, "Image tag mutability"; follows `sources/004...` lines 882 and 1971 (a build with `latest`, a tag
that is used again).
"""

from __future__ import annotations

import json

from policies.pack.resource import Part, Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

FUNCTION = "aws:lambda/function:Function"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
PROJECT = "aws:codebuild/project:Project"
SERVICE = "aws:apprunner/service:Service"
MODEL = "aws:sagemaker/model:Model"
BATCH = "aws:batch/jobDefinition:JobDefinition"
# Where an image is named: the object or list around it, and the property.
_PLACES = {
    FUNCTION: (("", "imageUri"),),
    PROJECT: (("environment", "image"),),
    SERVICE: (("sourceConfiguration.imageRepository", "imageIdentifier"),),
    MODEL: (("primaryContainer", "image"), ("containers", "image")),
}
_JSON = {TASK: "containerDefinitions", BATCH: "containerProperties"}


@rule(on=(*_PLACES, *_JSON), severity=MEDIUM, theme=Theme.RESILIENCE)
def containers_tag_fixed(resource: Resource) -> Verdict:
    """`latest` is another image after each push: nobody can say what runs, and a restart deploys by itself."""
    return every(_named(resource), lambda found: _fixed(*found))


def _named(resource: Resource) -> list[tuple[Part, str]]:
    """What names an image, and by which property."""
    if resource.type in _PLACES:
        places = _PLACES[resource.type]
        return [(part, name) for around, name in places for part in _around(resource, around)]
    path = _JSON[resource.type]
    value = resource.get(path)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []  # ECS and Batch refuse it by themselves.
    return [(part, "image") for part in Part(value, path).each()]


def _around(resource: Resource, path: str) -> list[Part]:
    return resource.each(path) if path else [resource]


def _fixed(part: Part, name: str) -> Verdict:
    image = part.text(name)
    if not image or "@sha256:" in image:
        return PASS
    tag = image.rpartition("/")[2].partition(":")[2]
    if tag not in ("", "latest"):
        return PASS
    what = "names the tag latest" if tag else "names no tag, which is latest"
    return violation(part.at(name), what, "Name a digest (`@sha256:...`), or a tag that is never used again.")
