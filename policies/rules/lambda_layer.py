"""Rules on layers: whose code runs inside a function, and for which runtimes it was made.

Lambda Developer Guide, "Managing Lambda dependencies with layers"; follows `sources/004...` lines 3089-3109 and
3306-3313 (functions carry the company's layer, in a version that is new enough). Who may use a layer is judged in
`lambda_permission`.
"""

from __future__ import annotations

from policies.pack.document import matches
from policies.pack.resource import Part, Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.values import Unknown
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules.lambda_function import DEPRECATED, FUNCTION

LAYER = "aws:lambda/layerVersion:LayerVersion"

# Accounts from which AWS publishes layers, all partitions (AWS's pages on the Lambda Insights extension; on Powertools and
# on Distro for OpenTelemetry; on the Parameters and Secrets extension). Others go into the option `publishers`.
AWS_PUBLISHERS = frozenset(
    {
        "580247275435", "891564319516", "439286490199", "033019950311", "488211338238", "012438385374", "519774774795",
        "732604637566", "285320876703", "339249233099", "352183217350", "194566237122", "017000801446", "901920570463",
        "590474943231", "177933569100", "997803712105", "345057560386", "317013901791", "768336418462", "490737872127",
        "176022468876", "576959938190", "738900069198", "044395824272", "665172237481", "133490724326", "200266452380",
        "287114880934", "287310001119", "187925254637", "015030872274", "133256977650", "325218067255", "780235371811",
        "427196147048", "832021897121", "858974508948", "933737806257", "129776340158", "127562683043",
    }
)  # fmt: skip


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def lambda_layer_approved(
    function: Resource,
    *,
    publishers: tuple[str, ...] = (),
    required: str = "",
    minimum_version: int = 0,
) -> Verdict:
    """A layer runs inside the function with its role's rights: it comes from us, AWS, or a publisher that is named.

    `publishers` are further accounts. `required` is the ARN of a layer without its version, with wildcards, that every
    zip function carries; `minimumVersion` the oldest version of it that may be used.
    """
    if function.text("packageType") == "Image":
        return PASS  # Images take no layers.
    layers = function.each("layers")
    own = _account(function.text("role")) if function.known("role") else ""
    known = every(layers, lambda layer: _published(layer, own, {*AWS_PUBLISHERS, *publishers}))
    return known & _carries(layers, required, minimum_version) if required else known


def _account(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 and parts[0] == "arn" else ""


def _published(layer: Part, own: str, publishers: set[str]) -> Verdict:
    if isinstance(layer.value, Unknown) or not isinstance(layer.value, str):
        return PASS  # Computed, so from a layer of this program.
    account = _account(layer.value)
    if not account or account in publishers or account == own:
        return PASS
    if not own:
        return undecided("role")
    remedy = "Publish the layer from your own account, or name its account in the option `publishers`."
    return violation(layer.path, "is a layer of another account", remedy)


def _carries(layers: list[Part], required: str, minimum: int) -> Verdict:
    remedy = "Add the layer that the option `required` names to `layers`."
    for layer in layers:
        if isinstance(layer.value, str):
            name, _, version = layer.value.rpartition(":")
            if not matches(required, name):
                continue
            if version.isdecimal() and int(version) >= minimum:
                return PASS
            return violation(layer.path, f"is older than version {minimum}", "Name a newer version.")
    if any(isinstance(layer.value, Unknown) for layer in layers):
        return undecided("layers")
    return violation("layers", "lacks the required layer", remedy)


@rule(on=LAYER, severity=LOW, theme=Theme.RESILIENCE)
def lambda_layer_runtime_supported(layer: Resource) -> Verdict:
    """A layer that is made for a deprecated runtime keeps functions on it, and brings what no longer gets patches."""

    def judge(runtime: Part) -> Verdict:
        if not isinstance(runtime.value, str) or runtime.value not in DEPRECATED:
            return PASS
        return violation(runtime.path, "is deprecated", "Name runtimes that AWS still supports.")

    return every(layer.known_each("compatibleRuntimes"), judge)
