"""Random properties through every rule: no exception, nothing of the values printed, the same answer twice.

Half of the inputs are examples of the rules with parts replaced, so that they reach deep into the rules;
the other half is made of nothing but property names that rules read.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
from pulumi.runtime.proto import analyzer_pb2

from policies.pack.service import AnalyzerService
from policies.rules import all_rules
from tests.policies.support import (
    EXAMPLES,
    NO_CONTEXT,
    UNKNOWN,
    Ref,
    Secret,
    examples,
    request,
    stack_request,
)

MARK = "xyzzy-value"
TOKENS = sorted({token for rule in all_rules() for token in rule.on})
EXAMPLE_LIST = [example for file in sorted(EXAMPLES.glob("*.yaml")) for example in examples(file.stem)]
STACKS = [example.content for example in EXAMPLE_LIST if example.over_stack]
SINGLES = [(example.token, example.content) for example in EXAMPLE_LIST if not example.over_stack]


def _names(item: Any) -> set[str]:
    if isinstance(item, dict):
        return set(item) | {name for inner in item.values() for name in _names(inner)}
    return {name for inner in item for name in _names(inner)} if isinstance(item, list) else set()


NAMES = sorted(
    {name for _, content in SINGLES for name in _names(content)} | {"Statement", "Action", "Principal"}
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-10, 70000).map(float),
    st.sampled_from(
        [MARK, "", "true", "22", "-1", "tcp", "*", "0.0.0.0/0", "::/0", "[]", "{}", '{"Statement": 1}']
    ),
    st.just(UNKNOWN),
    st.sampled_from(
        [MARK, "true", '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}']
    ).map(Secret),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(Secret),
    ),
    max_leaves=12,
)
properties = st.dictionaries(st.sampled_from(NAMES), values, max_size=8)


@st.composite
def mutated(draw: st.DrawFn, item: Any) -> Any:
    """An example's value with some parts replaced by random ones."""
    if isinstance(item, Ref) or draw(st.integers(0, 4)) == 0:
        return item if isinstance(item, Ref) else draw(values)
    if isinstance(item, dict):
        return {name: draw(mutated(inner)) for name, inner in item.items()}
    if isinstance(item, list):
        return [draw(mutated(inner)) for inner in item]
    return item


@st.composite
def resources(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    if draw(st.booleans()):
        return draw(st.sampled_from(TOKENS)), draw(properties)
    token, content = draw(st.sampled_from(SINGLES))
    changed = draw(mutated(content))
    return token, changed if isinstance(changed, dict) else {"value": changed}


@st.composite
def stacks(draw: st.DrawFn) -> list[dict[str, Any]]:
    chosen = []
    for index, content in enumerate(draw(st.lists(st.sampled_from(STACKS), min_size=1, max_size=3))):
        for resource in content:
            if not isinstance(props := draw(mutated(_renamed(resource.get("props", {}), index))), dict):
                props = {}
            chosen.append({"name": f"{resource['name']}{index}", "type": resource["type"], "props": props})
    return chosen


def _renamed(item: Any, index: int) -> Any:
    if isinstance(item, Ref):
        return Ref(f"{item.name}{index}", item.output)
    if isinstance(item, dict):
        return {name: _renamed(inner, index) for name, inner in item.items()}
    return [_renamed(inner, index) for inner in item] if isinstance(item, list) else item


SERVICE = AnalyzerService(all_rules())
many = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def _check(response: analyzer_pb2.AnalyzeResponse, again: analyzer_pb2.AnalyzeResponse) -> None:
    assert response == again
    printed = str(response)
    assert MARK not in printed
    assert "The rule itself failed" not in printed


@many
@given(resources())
def test_any_resource_gets_a_clean_answer(resource: tuple[str, dict[str, Any]]) -> None:
    question = request(*resource)
    _check(SERVICE.Analyze(question, NO_CONTEXT), SERVICE.Analyze(question, NO_CONTEXT))


@many
@given(stacks(), st.booleans())
def test_any_stack_gets_a_clean_answer(stack: list[dict[str, Any]], preview: bool) -> None:
    question = stack_request(stack, preview=preview)
    service = AnalyzerService(all_rules())
    _check(service.AnalyzeStack(question, NO_CONTEXT), service.AnalyzeStack(question, NO_CONTEXT))
