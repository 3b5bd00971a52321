"""Strict marshmallow fields, one for each EDM type: nothing is converted by guess.

A field gives the Python value or raises marshmallow's error with one ``Fault``, whose words
are Business Central's where they are known.

Cites: OData JSON 7.1 (primitive values), 7.2 (complex), OData ABNF (forms of text),
Business Central reference §4, §9.2 (codes and messages).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, TypeVar

from marshmallow import ValidationError

from odata.edm.types import INTEGER_RANGES, EnumMember, EnumType, Primitive, Property
from odata.errors import UriSemanticError
from odata.payload.edm_field import REQUIRED, EdmField, refuse
from odata.payload.json_document import JsonValue
from odata.payload.numeric_fields import (
    DecimalField,
    DoubleField,
    Int64Field,
    IntegerField,
    SingleField,
)
from odata.uri.literals import read_value

STRING_TOO_LONG = "Application_StringExceededLength"
INVALID_GUID = "Application_InvalidGUID"
UNKNOWN = "Unknown"

_BLANK = "_x0020_"
_ECHO_LENGTH = 250
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URL_ALPHABET = {ord("+"): "-", ord("/"): "_"}
_MICROSECOND_DIGITS = 6

Moment = TypeVar("Moment", datetime.time, datetime.datetime)


class UntypedField(EdmField):
    """``Edm.Untyped``: any JSON value."""


class StringField(EdmField):
    """``Edm.String``; its length counts code points."""

    expects = "a JSON string"

    def read(self, value: JsonValue) -> object:
        """The text, trimmed and in upper case where the property is a code."""
        if not isinstance(value, str):
            self.mismatch()
        text = value.strip().upper() if self.definition.upper_case else value
        limit = self.definition.facets.max_length
        if limit is not None and len(text) > limit:
            refuse(
                f"The length of the string is {len(text)}, but it must be less than or equal to "
                f"{limit} characters. Value: {_echo(text)}",
                STRING_TOO_LONG,
            )
        return text


class GuidField(EdmField):
    """``Edm.Guid``: groups of 8-4-4-4-12 hexadecimal digits."""

    def read(self, value: JsonValue) -> object:
        """The text in lower case."""
        if not isinstance(value, str) or not _GUID.fullmatch(value):
            refuse(
                "Invalid format of GUID string. The correct format of the GUID string is: "
                "CDEF7890-ABCD-0123-1234-567890ABCDEF where 0-9, A-F symbolizes hexadecimal "
                "digits.",
                INVALID_GUID,
            )
        return value.lower()


class BooleanField(EdmField):
    """``Edm.Boolean``."""

    expects = "true or false"

    def read(self, value: JsonValue) -> object:
        """The truth value."""
        if not isinstance(value, bool):
            self.mismatch()
        return value


class TextualField(EdmField):
    """A type whose values travel as text of one form, the one of its literals in URLs."""

    _primitive: ClassVar[Primitive]

    def read(self, value: JsonValue) -> object:
        """The value that the text stands for."""
        if not isinstance(value, str):
            self.mismatch()
        try:
            return read_value(value, self._primitive)
        except UriSemanticError:
            self.mismatch()


class DateField(TextualField):
    """``Edm.Date``."""

    expects = "a date such as 2024-02-29"
    _primitive = Primitive.DATE


class DurationField(TextualField):
    """``Edm.Duration``."""

    expects = "a duration such as P12DT23H59M59.5S"
    _primitive = Primitive.DURATION


class TimeOfDayField(TextualField):
    """``Edm.TimeOfDay``, cut to the precision of the property."""

    expects = "a time such as 23:59:59.5"
    _primitive = Primitive.TIME_OF_DAY

    def read(self, value: JsonValue) -> object:
        """The time."""
        found = super().read(value)
        return _cut(found, self.definition) if isinstance(found, datetime.time) else found


class DateTimeOffsetField(TextualField):
    """``Edm.DateTimeOffset`` in UTC, cut to the precision of the property."""

    expects = "an instant with its offset such as 2024-02-29T23:59:59.5Z"
    _primitive = Primitive.DATE_TIME_OFFSET

    def read(self, value: JsonValue) -> object:
        """The instant."""
        # In a URL, a blank may stand for the plus sign of the offset; not here.
        if isinstance(value, str) and " " in value:
            self.mismatch()
        found = super().read(value)
        return _cut(found, self.definition) if isinstance(found, datetime.datetime) else found


class BinaryField(TextualField):
    """``Edm.Binary`` as base64url; the standard alphabet is understood too."""

    expects = "base64url text"
    _primitive = Primitive.BINARY

    def read(self, value: JsonValue) -> object:
        """The bytes."""
        text = value.translate(_URL_ALPHABET) if isinstance(value, str) else value
        content = super().read(text)
        limit = self.definition.facets.max_length
        if limit is not None and isinstance(content, bytes) and len(content) > limit:
            refuse(f"The value of '{self.definition.name}' must not exceed {limit} bytes.")
        return content


class EnumField(EdmField):
    """A member by its name, by its text in the plain style, or by its number as text."""

    def __init__(self, definition: Property, enum_type: EnumType) -> None:
        super().__init__(definition)
        self._type = enum_type
        self._numbers = _spellings(enum_type.members)

    def read(self, value: JsonValue) -> object:
        """The number of the member, or of several where the type has flags."""
        number = self._numbers.get(value) if isinstance(value, str) else None
        if number is None and isinstance(value, str) and self._type.is_flags:
            number = self._combined(value)
        if number is None:
            options = ",".join(member.text for member in self._type.members)
            refuse(
                f"'{_shown(value)}' is not an option. The existing options are: {options}", UNKNOWN
            )
        return number

    def _combined(self, text: str) -> int | None:
        total = 0
        for part in text.split(","):
            number = self._numbers.get(part.strip())
            if number is None:
                return None
            total |= number
        return total


class CollectionField(EdmField):
    """A collection; every faulty item is named by its position."""

    expects = "a JSON array"

    def __init__(self, definition: Property, item: EdmField) -> None:
        super().__init__(definition)
        self._item = item

    def read(self, value: JsonValue) -> object:
        """The list of values."""
        if not isinstance(value, list):
            self.mismatch()
        values: list[object] = []
        faults: dict[int, object] = {}
        for position, item in enumerate(value):
            try:
                values.append(self._item.deserialize(item))
            except ValidationError as error:
                faults[position] = error.messages
        if faults:
            raise ValidationError(faults)
        return values

    def _null(self) -> object:
        refuse(f"Field '{self.definition.name}' must not be blank or empty.", REQUIRED)


_FIELDS: Mapping[Primitive, type[EdmField]] = {
    Primitive.BINARY: BinaryField,
    Primitive.BOOLEAN: BooleanField,
    Primitive.DATE: DateField,
    Primitive.DATE_TIME_OFFSET: DateTimeOffsetField,
    Primitive.DECIMAL: DecimalField,
    Primitive.DOUBLE: DoubleField,
    Primitive.DURATION: DurationField,
    Primitive.GUID: GuidField,
    Primitive.SINGLE: SingleField,
    Primitive.STREAM: BinaryField,
    Primitive.STRING: StringField,
    Primitive.TIME_OF_DAY: TimeOfDayField,
    Primitive.UNTYPED: UntypedField,
}


def primitive_field(definition: Property, primitive: Primitive) -> EdmField:
    """The field of a primitive type."""
    if primitive is Primitive.INT64:
        return Int64Field(definition, primitive)
    if primitive in INTEGER_RANGES:
        return IntegerField(definition, primitive)
    return _FIELDS[primitive](definition)


def _spellings(members: tuple[EnumMember, ...]) -> dict[str, int]:
    """Every accepted text; a name beats a label, a label the text of a number."""
    numbers: dict[str, int] = {}
    for member in members:
        numbers[str(member.number)] = member.number
    for member in members:
        numbers[member.text] = numbers[member.text.strip()] = member.number
        if member.name == _BLANK:
            numbers[" "] = numbers[""] = member.number
    for member in members:
        numbers[member.name] = member.number
    return numbers


def _cut(moment: Moment, definition: Property) -> Moment:
    precision = definition.facets.precision
    if precision is None or precision >= _MICROSECOND_DIGITS:
        return moment
    unit = 10 ** (_MICROSECOND_DIGITS - precision)
    return moment.replace(microsecond=moment.microsecond // unit * unit)


def _shown(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _echo(value) if isinstance(value, str | int | Decimal) else type(value).__name__


def _echo(value: str | int | Decimal) -> str:
    text = str(value)
    return text if len(text) <= _ECHO_LENGTH else f"{text[:_ECHO_LENGTH]}…"
