"""Base class of all component arguments: typed, frozen, unknown names refused, errors of one line each.

The same class reads the stack's configuration and is written by hand in a program, so a setting has one name,
one default and one check:

    class QueueArgs(Args):
        retention_days: int = 4
        key_arn: Text | None = None        # a string, or another resource's output

    QueueArgs(retention_dayz=4)
    # ComponentError: QueueArgs.retention_dayz: is not an argument; did you mean 'retention_days'?
"""

from __future__ import annotations

from typing import Any, Self

from pulumi import Output
from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler, model_validator

from components.foundation.errors import ComponentError, explain, nearest

Text = str | Output[str]
"""A string that is known now, or that another resource will have."""


class ArgumentsError(ComponentError):
    """Several arguments are wrong; `errors` has one entry a wrong value."""

    def __init__(self, errors: list[ComponentError]) -> None:
        self.errors = errors
        super().__init__("", "\n".join(str(error) for error in errors))


class Args(BaseModel):
    """Arguments of a component: keyword-only, frozen, checked when constructed.

    Raises `ComponentError` with the path of the wrong value, or `ArgumentsError` when there are several.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        validate_default=True,
        hide_input_in_errors=True,
    )

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise one_or_many(explain(error, type(self).__name__)) from None

    # Nested arguments are checked by pydantic as part of the outer object, so that paths start at the outermost.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # pydantic's own mark, as RootModel does

    @classmethod
    def read(cls, values: object, root: str) -> Self:
        """Check plain values, such as a stack's configuration; error paths start with `root`."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise one_or_many(explain(error, root)) from None

    @model_validator(mode="wrap")
    @classmethod
    def _refuse_unknown(cls, values: Any, check: ValidatorFunctionWrapHandler) -> Self:
        """Name the nearest right argument, which pydantic's own message lacks."""
        if isinstance(values, dict):
            for key in values:
                if key not in cls.model_fields:
                    raise ComponentError(str(key), "is not an argument", nearest(str(key), cls.model_fields))
        checked: Self = check(values)
        return checked


def one_or_many(errors: list[ComponentError]) -> ComponentError:
    """The error itself when there is one, else all of them as one error."""
    return errors[0] if len(errors) == 1 else ArgumentsError(errors)
