"""What all fields share: their faults, their answer to null, their words.

Cites: Business Central reference §9.2 (codes and messages), OData CSDL 7.2.1 (Nullable).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from marshmallow import ValidationError, fields

from odata.edm.types import Property
from odata.errors import ErrorDetail
from odata.payload.json_document import JsonValue

BAD_REQUEST = "BadRequest"
REQUIRED = "BadRequest_RequiredParamNotProvided"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value."""

    message: str
    code: str = BAD_REQUEST


def refuse(message: str, code: str = BAD_REQUEST) -> NoReturn:
    """Raise one fault in marshmallow's way."""
    raise ValidationError([Fault(message, code)])


def details_of(messages: object, target: str) -> Iterator[ErrorDetail]:
    """The faults in marshmallow's nested messages, with their paths."""
    if isinstance(messages, Fault):
        yield ErrorDetail(messages.code, messages.message, target)
    elif isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from details_of(inner, f"{target}/{name}")
    elif isinstance(messages, list):
        for inner in messages:
            yield from details_of(inner, target)
    else:
        yield ErrorDetail(BAD_REQUEST, str(messages), target)


class EdmField(fields.Field[object]):
    """A value of one property; ``expects`` completes the sentence about a wrong one."""

    expects: ClassVar[str] = "a value"

    def __init__(self, definition: Property) -> None:
        super().__init__(allow_none=True)
        self.definition = definition

    def deserialize(self, value: JsonValue, *_: object, **__: object) -> object:
        """The Python value of a JSON value, null included."""
        return self._null() if value is None else self.read(value)

    def read(self, value: JsonValue) -> object:
        """The Python value of a JSON value other than null."""
        return value

    def mismatch(self) -> NoReturn:
        """Refuse a value of another type or form."""
        kind = self.definition.edm_type.qualified_name.removeprefix("Edm.")
        refuse(
            f"Unable to convert value to {kind}. "
            f"The property '{self.definition.name}' expects {self.expects}."
        )

    def _null(self) -> object:
        definition = self.definition
        if definition.has_unset and not definition.is_required:
            return definition.unset
        if definition.is_required or not definition.nullable:
            refuse(f"Field '{definition.name}' must not be blank or empty.", REQUIRED)
        return None
