from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2

from policies.pack.service import AnalyzerService
from policies.pack.waivers import Waiver, WaiverError, Waivers, load
from tests.policies.support import NO_CONTEXT, UNKNOWN, request, some_rules, stack_request

VOLUME = "aws:ebs/volume:Volume"
URN = "urn:pulumi:dev::shop::aws:ebs/volume:Volume::orders-data"
FEW = some_rules("ec2-volume-encrypted", "kms-key-rotation")
TODAY = dt.date(2026, 6, 15)
RIGHT = {
    "rule": "ec2-volume-encrypted",
    "resource": "orders-data",
    "reason": "Holds nothing but public test data.",
    "owner": "data@example.com",
    "expires": "2026-12-31",
}


def waiver(**fields: Any) -> Waiver:
    plain: dict[str, Any] = {"stack": "", **RIGHT, "place": "waivers.yaml:2", **fields}
    plain["expires"] = dt.date.fromisoformat(plain["expires"])
    return Waiver(**plain)


def write(tmp_path: Path, *waivers: dict[str, Any]) -> Path:
    lines = ["waivers:"]
    for fields in waivers:
        lines += [
            f"{'  - ' if at == 0 else '    '}{name}: {value!r}"
            for at, (name, value) in enumerate(fields.items())
        ]
    path = tmp_path / "waivers.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


IDS = [rule.id for rule in FEW]


@pytest.mark.parametrize(
    "resource", ["orders-data", "orders-*", "orders-dat?", URN, "urn:pulumi:*::orders-data"]
)
def test_covers_by_name_and_by_urn(resource: str) -> None:
    assert waiver(resource=resource).covers(URN)
    assert not waiver(resource=resource).too_broad


@pytest.mark.parametrize("resource", ["orders", "*-logs", "urn:pulumi:prod::*::orders-data", "Orders-data"])
def test_leaves_other_resources_alone(resource: str) -> None:
    assert not waiver(resource=resource).covers(URN)


def test_a_waiver_for_another_stack_counts_for_nothing_here() -> None:
    other = waiver(stack="prod")
    assert not other.covers(URN)
    assert list(Waivers([other], TODAY).findings([URN])) == []
    assert waiver(stack="de*").covers(URN)


@pytest.mark.parametrize(
    "fields",
    [
        {"resource": "*"},
        {"resource": "*-?"},
        {"resource": "urn:pulumi:*"},
        {"resource": "a*"},
        {"rule": "*"},
        {"resource": "urn:pulumi:dev::shop::aws:ebs/volume:Volume::*"},
    ],
)
def test_too_broad_waives_nothing_and_is_found(fields: dict[str, str]) -> None:
    wide = waiver(**fields)
    waivers = Waivers([wide], TODAY)
    assert waivers.find("ec2-volume-encrypted", URN) is None
    assert [(found, what) for found, what, _ in waivers.findings([URN])] == [
        (wide, "is too broad and waives nothing")
    ]


def test_holds_until_the_end_of_its_last_day() -> None:
    last = waiver(expires="2026-06-15")
    assert Waivers([last], TODAY).find(last.rule, URN) is last
    over = Waivers([last], TODAY + dt.timedelta(days=1))
    assert over.find(last.rule, URN) is None
    assert [what for _, what, _ in over.findings([URN])] == ["expired on 2026-06-15"]


def test_unused_is_found_and_used_is_not() -> None:
    waivers = Waivers([waiver(), waiver(resource="gone-since")], TODAY)
    assert waivers.find("ec2-volume-encrypted", URN)
    assert waivers.find("kms-key-rotation", URN) is None
    assert [found.resource for found, _, _ in waivers.findings([URN])] == ["gone-since"]
    waivers.new_operation()
    assert len(list(waivers.findings([URN]))) == 2


def test_reads_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, {**RIGHT, "stack": "dev"})
    (found,) = load(path, IDS).all
    assert found == waiver(stack="dev", place=f"{path}:2")


@pytest.mark.parametrize("text", ["", "waivers:\n", "waivers: []\n", "# nothing yet\n"])
def test_a_file_may_be_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    assert load(path, IDS).all == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": None}, ":2: the waiver has no `reason`; say in a sentence"),
        ({"reason": " "}, "no `reason`"),
        ({"reason": "false positive"}, "the reason is too short; say in a sentence"),
        ({"owner": None}, "no `owner`"),
        ({"expires": None}, "no `expires`; give the last day"),
        ({"expires": "next year"}, "`expires` is not a date; give the last day"),
        (
            {"rule": "ec2-volume-encryptd"},
            "no rule `ec2-volume-encryptd`; did you mean `ec2-volume-encrypted`",
        ),
        ({"resorce": "x"}, ":7: a waiver has no `resorce`; did you mean `resource`"),
    ],
)
def test_a_wrong_waiver_is_refused_with_its_line_and_remedy(
    tmp_path: Path, change: dict[str, str | None], message: str
) -> None:
    fields = {name: value for name, value in {**RIGHT, **change}.items() if value is not None}
    path = write(tmp_path, fields)
    with pytest.raises(WaiverError) as error:
        load(path, IDS)
    assert str(error.value).startswith(f"{path}:")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("waivers: 3\n", ":1: `waivers` must be a list"),
        ("waivers:\n  - x\n", ":2: must be names and values"),
        ("- rule: x\n", ":1: must be names and values"),
        ("wavers: []\n", ":1: the file holds one list, `waivers:`"),
        ("waivers:\n  - rule: [1\n", "is not YAML"),
        ("waivers:\n  - rule: ec2-volume-encrypted\n    resource: [a]\n", ":2: the waiver has no `resource`"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WaiverError) as error:
        load(path, IDS)
    assert message in str(error.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WaiverError, match="can't be read"):
        load(tmp_path / "none.yaml", IDS)


# Through the engine's protocol


def configured(folder: Path, **options: str | bool) -> AnalyzerService:
    service = AnalyzerService(FEW, folder=folder)
    message = analyzer_pb2.ConfigureAnalyzerRequest()
    message.policyConfig["settings"].properties.update(options)
    service.Configure(message, NO_CONTEXT)
    return service


def stack_says(service: AnalyzerService) -> list[tuple[str, str]]:
    stack = stack_request([{"name": "orders-data", "type": VOLUME}], preview=True)
    return [(item.policyName, item.message) for item in service.AnalyzeStack(stack, NO_CONTEXT).diagnostics]


def test_the_pack_takes_the_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path, {**RIGHT, "expires": "2999-01-01"})
    service = configured(tmp_path)
    found = service.Analyze(request(VOLUME, {}, "orders-data"), NO_CONTEXT)
    assert [item.policyName for item in found.diagnostics] == []
    assert [item.policy_name for item in found.not_applicable] == ["ec2-volume-encrypted"]
    assert "waived by data@example.com until 2999-01-01" in found.not_applicable[0].reason
    assert service.Analyze(request(VOLUME, {}, "other"), NO_CONTEXT).diagnostics
    assert stack_says(service) == [("settings", "Rules that could not decide.\n1 violations are waived.")]


def test_an_undecided_rule_may_still_need_its_waiver(tmp_path: Path) -> None:
    write(tmp_path, {**RIGHT, "expires": "2999-01-01"})
    service = configured(tmp_path)
    service.Analyze(request(VOLUME, {"encrypted": UNKNOWN}, "orders-data"), NO_CONTEXT)
    assert "waivers-in-order" not in dict(stack_says(service))


def test_the_pack_reports_a_waiver_that_is_not_in_order(tmp_path: Path) -> None:
    write(tmp_path, {**RIGHT, "expires": "2020-01-01"}, {**RIGHT, "resource": "*"})
    (tmp_path / "waivers.yaml").rename(tmp_path / "ours.yaml")
    service = configured(tmp_path, waivers="ours.yaml", profile="production")
    assert service.Analyze(request(VOLUME, {}, "orders-data"), NO_CONTEXT).diagnostics
    said = [message for name, message in stack_says(service) if name == "waivers-in-order"]
    assert ["expired on 2020-01-01" in said[0], "is too broad" in said[1]] == [True, True]
    assert "ours.yaml:2" in said[0]


def test_the_pack_refuses_a_wrong_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Context:
        def abort(self, code: grpc.StatusCode, details: str) -> None:
            raise WaiverError(f"{code.name}: {details}")

    path = write(tmp_path, {**RIGHT, "rule": "nonsense"})
    monkeypatch.setenv("GROUNDPLAN_WAIVERS", str(path))
    service = AnalyzerService(FEW, folder=tmp_path / "elsewhere")
    with pytest.raises(WaiverError, match=r"INVALID_ARGUMENT: waivers: .*there is no rule `nonsense`"):
        service.Configure(analyzer_pb2.ConfigureAnalyzerRequest(), Context())  # type: ignore[arg-type]  # only abort


def test_a_waived_resource_is_not_changed(tmp_path: Path) -> None:
    write(tmp_path, {**RIGHT, "expires": "2999-01-01"})
    service = AnalyzerService(FEW, folder=tmp_path)
    message = analyzer_pb2.ConfigureAnalyzerRequest()
    message.policyConfig["ec2-volume-encrypted"].enforcementLevel = analyzer_pb2.REMEDIATE
    service.Configure(message, NO_CONTEXT)
    assert not service.Remediate(request(VOLUME, {}, "orders-data"), NO_CONTEXT).remediations
    assert service.Remediate(request(VOLUME, {}, "other"), NO_CONTEXT).remediations
