from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.tools.emulator.inputs import kind
from tools.emulator.refusals import explain, frames

SUBNET = kind("aws:ec2/subnet:Subnet")


def refused(code: str, message: str, operation: str = "CreateSubnet", status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)  # type: ignore[arg-type]  # the part of an answer that matters here


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            refused("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist"),
            (
                "CreateSubnet: InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist. It is not in this account and"
                " Region of the embedded AWS; `pulumi refresh` finds out what is gone"
            ),
        ),
        (
            refused("InvalidParameterValue", "Value (10.0.0.0/8) for parameter cidrBlock is invalid."),
            (
                "CreateSubnet: InvalidParameterValue (property cidrBlock): Value (10.0.0.0/8) for parameter cidrBlock"
                " is invalid."
            ),
        ),
        (
            refused("DependencyViolation", "The subnet has dependencies.", "DeleteSubnet"),
            (
                "DeleteSubnet: DependencyViolation: The subnet has dependencies. Something that is not part of this "
                "deployment still uses it; remove that first"
            ),
        ),
        (
            refused("EntityAlreadyExists", "Role with name x already exists.", "CreateRole"),
            (
                "CreateRole: EntityAlreadyExists: Role with name x already exists. Choose another name, or bring the "
                "existing one into the stack with `pulumi import`"
            ),
        ),
        (
            refused("InternalFailure", "The create_x action has not been implemented", "CreateX", 501),
            (
                "CreateX: InternalFailure: The create_x action has not been implemented. The embedded AWS does not have this"
                " operation; on real AWS it works"
            ),
        ),
        (refused("Throttling", ""), "CreateSubnet: Throttling"),
    ],
)
def test_what_aws_refuses(error: ClientError, said: str) -> None:
    assert explain(error, SUBNET) == said


def test_parameters_that_botocore_does_not_take_name_the_property() -> None:
    report = 'Missing required parameter in input: "VpcId"\nUnknown parameter in input: "Nope", must be one of: CidrBlock'
    said = explain(ParamValidationError(report=report), SUBNET)
    assert said.startswith("AWS would not take the parameters (property vpcId): Missing required parameter")
    assert "\n" not in said


def test_what_moto_lacks() -> None:
    said = explain(NotImplementedError("The attribute X is not implemented"), SUBNET)
    assert said.endswith("The embedded AWS does not have this operation; on real AWS it works")


def test_other_errors_say_their_kind() -> None:
    assert explain(KeyError("x")) == "KeyError: 'x'"
    assert explain(RuntimeError("all is lost")) == "all is lost"
    assert explain(RuntimeError()) == "RuntimeError"


def test_frames_hold_no_message() -> None:
    try:
        raise ValueError("hunter2" + "hunter2"[:0])
    except ValueError as error:
        shown = frames(error.__traceback__)
    assert "test_refusals.py" in shown
    assert "ValueError: hunter2" not in shown
