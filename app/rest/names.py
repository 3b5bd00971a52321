"""The names of a dialect: marshmallow fields that say which property of the model each one is.

A field knows what to ask the service for (``properties``, ``expansions``), how to show it, how
to read it from a body, and what a filter or an order on it means. Types and shapes are checked
here; every other rule is the model's.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import fields
from marshmallow.exceptions import ValidationError

from app.rest.lookup import Lookup
from odata.edm.types import EnumType
from odata.errors import BadRequestError
from odata.payload.json_document import JsonObject
from odata.uri import ast, building
from odata.uri.ast import ComparisonOperator

Loaded = Any  # what marshmallow hands over before it is checked
Options = Any  # keywords of marshmallow's fields
Described = Mapping[str, object]  # the members of a JSON schema

_DIGITS = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_LAST_SECOND = 253_402_300_799  # of the year 9999


class NamedField(fields.Field[Any]):
    """A field over one property of the model, its ``attribute``.

    ``json_schema`` describes its values; ``is_filtered`` says whether filters may name it.
    """

    json_schema: ClassVar[Described] = {}
    is_filtered: ClassVar[bool] = False
    lookup: Lookup | None = None
    navigation: str | None = None

    def properties(self) -> tuple[str, ...]:
        """The properties that it needs."""
        return (str(self.attribute),)

    def expansions(self) -> tuple[ast.ExpandItem, ...]:
        """What it needs of related entities."""
        return ()

    def settle(self, values: JsonObject) -> None:
        """Put what was read where the model has it."""

    def targets(self) -> Mapping[str, str]:
        """Its name in this dialect by that of the model, for messages."""
        return {str(self.attribute): str(self.data_key or self.name)}

    def condition(self, text: str) -> ast.Expression:
        """What a filter with this value means."""
        raise BadRequestError(f"'{self.name}' cannot be filtered by", target=self.name)

    def order(self) -> str:
        """The property that an order on it sorts by."""
        raise BadRequestError(f"'{self.name}' cannot be sorted by", target=self.name)


class Text(fields.String, NamedField):
    """A text; a blank one is null. A ``lookup`` shows it in the words of another table."""

    json_schema: ClassVar[Described] = {"type": ["string", "null"]}
    is_filtered = True

    def __init__(self, attribute: str, *, lookup: Lookup | None = None, **options: Options) -> None:
        super().__init__(attribute=attribute, allow_none=True, **options)
        self.lookup = lookup

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return value or None

    def condition(self, text: str) -> ast.Expression:
        """Equality; without a value, blank."""
        return building.equals(str(self.attribute), text)

    def order(self) -> str:
        """By the text, where it is not in the words of another table."""
        return str(self.attribute) if self.lookup is None else super().order()


class Choice(Text):
    """A member of an enumeration."""

    def __init__(self, attribute: str, enumeration: EnumType) -> None:
        super().__init__(attribute)
        self.members = tuple(member.name for member in enumeration.members)

    def condition(self, text: str) -> ast.Expression:
        """Equality with one of its members."""
        if text not in self.members:
            known = ", ".join(self.members)
            raise BadRequestError(f"'{self.name}' is one of: {known}", target=self.name)
        return super().condition(text)


class Email(Text):
    """An e-mail address; whether it can be one is the model's to say."""

    json_schema: ClassVar[Described] = {"type": ["string", "null"], "format": "email"}
    is_filtered = True


class Flag(NamedField):
    """True or false."""

    json_schema: ClassVar[Described] = {"type": "boolean"}
    is_filtered = True

    def __init__(self, attribute: str, **options: Options) -> None:
        super().__init__(attribute=attribute, **options)

    def _deserialize(self, value: Loaded, attr: str | None, data: Loaded, **_: Loaded) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not a valid boolean.")
        return value

    def condition(self, text: str) -> ast.Expression:
        """Equality."""
        if text not in ("true", "false"):
            raise BadRequestError(f"'{self.name}' is true or false", target=self.name)
        return building.equals(str(self.attribute), text == "true")

    def order(self) -> str:
        """By the flag."""
        return str(self.attribute)


class Amount(NamedField):
    """A number that the service keeps."""

    json_schema: ClassVar[Described] = {"type": "number"}
    is_filtered = True

    def __init__(self, attribute: str) -> None:
        super().__init__(attribute=attribute, dump_only=True)

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else number.normalize()

    def condition(self, text: str) -> ast.Expression:
        """Equality."""
        if not _NUMBER.fullmatch(text):
            raise BadRequestError(f"'{self.name}' is a number", target=self.name)
        return building.equals(str(self.attribute), building.decimal(text))

    def order(self) -> str:
        """By the number."""
        return str(self.attribute)


class Instant(NamedField):
    """A point in time in ISO 8601."""

    json_schema: ClassVar[Described] = {"type": "string", "format": "date-time"}

    def __init__(self, attribute: str, **options: Options) -> None:
        super().__init__(attribute=attribute, **{"dump_only": True, **options})

    def order(self) -> str:
        """By the instant."""
        return str(self.attribute)


class Day(NamedField):
    """A calendar day."""

    json_schema: ClassVar[Described] = {"type": ["string", "null"], "format": "date"}

    def __init__(self, attribute: str) -> None:
        super().__init__(attribute=attribute, dump_only=True)


class EpochSeconds(Instant):
    """A point in time as seconds since 1970; null while it is that of ``unless``."""

    json_schema: ClassVar[Described] = {"type": ["integer", "null"]}
    is_filtered = True

    def __init__(self, attribute: str, *, unless: str | None = None) -> None:
        super().__init__(attribute)
        self._unless = unless

    def properties(self) -> tuple[str, ...]:
        """The instant, and the one that it is compared with."""
        return (*super().properties(), *((self._unless,) if self._unless else ()))

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        if value is None or (self._unless is not None and obj.get(self._unless) == value):
            return None
        return int(datetime.datetime.fromisoformat(value).timestamp())

    def condition(self, text: str) -> ast.Expression:
        """Within that second."""
        if not _DIGITS.fullmatch(text) or int(text) >= _LAST_SECOND:
            raise BadRequestError(f"'{self.name}' is a number of seconds", target=self.name)
        path, second = str(self.attribute), int(text)
        since = building.compared(path, ComparisonOperator.GE, _instant(second))
        until = building.compared(path, ComparisonOperator.LT, _instant(second + 1))
        return ast.Logical(ast.LogicalOperator.AND, (since, until))


def _instant(seconds: int) -> ast.Literal:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return building.instant(f"{moment:%Y-%m-%dT%H:%M:%S}Z")


class Identifier(NamedField):
    """The integer id of an entity: as a number, as text, or behind a prefix."""

    json_schema: ClassVar[Described] = {"type": "string"}
    is_filtered = True

    def __init__(self, prefix: str | None = None, attribute: str = "integerId") -> None:
        super().__init__(attribute=attribute, dump_only=True)
        self.prefix = prefix

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return written_id(self.prefix, value)

    def condition(self, text: str) -> ast.Expression:
        """Equality; what is no id names nothing."""
        found = read_id(self.prefix, text)
        return building.equals(str(self.attribute), -1 if found is None else found)

    def order(self) -> str:
        """By the integer."""
        return str(self.attribute)


class ItemId(Identifier):
    """The integer id of an entity of a list, by which a body may name it."""

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix)
        self.dump_only = False

    def _deserialize(self, value: Loaded, attr: str | None, data: Loaded, **_: Loaded) -> int:
        number = read_id(self.prefix, value) if isinstance(value, str) else None
        if number is None:
            raise ValidationError(f"Not a valid id: one such as {self.prefix}-001 is expected.")
        return number


class NumberedId(Identifier):
    """The integer id as a number."""

    json_schema: ClassVar[Described] = {"type": "integer"}
    is_filtered = True

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return value


def written_id(prefix: str | None, value: int) -> str:
    """An integer id as text."""
    return f"{value}" if prefix is None else f"{prefix}-{value:03d}"


def read_id(prefix: str | None, text: str) -> int | None:
    """The integer of an id that was written as text; None where it is no id: each has one."""
    digits = text if prefix is None else text.removeprefix(f"{prefix}-")
    if (prefix is not None and digits == text) or not _DIGITS.fullmatch(digits):
        return None
    number = int(digits)
    return number if written_id(prefix, number) == text else None


class IdOf(NamedField):
    """The id of a related entity."""

    json_schema: ClassVar[Described] = {"type": ["string", "integer", "null"]}

    def __init__(self, navigation: str, prefix: str | None = None) -> None:
        super().__init__(attribute=navigation, dump_only=True)
        self.navigation = navigation
        self._prefix = prefix

    def properties(self) -> tuple[str, ...]:
        """None of its own."""
        return ()

    def expansions(self) -> tuple[ast.ExpandItem, ...]:
        """The related id."""
        nested = building.options(select=building.selected(("integerId",)))
        return (building.expanded(str(self.navigation), nested),)

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        if value is None:
            return None
        number = value["integerId"]
        return number if self._prefix is None else written_id(self._prefix, number)


class Reference(NamedField):
    """Names a related entity of ``entity_set`` by its id, when it is written."""

    json_schema: ClassVar[Described] = {"type": ["string", "null"]}

    def __init__(self, navigation: str, entity_set: str, prefix: str) -> None:
        # Marshmallow takes a dot for a step: the annotation gets its full name in ``settle``.
        super().__init__(attribute=f"{navigation}@bind", allow_none=True, load_only=True)
        self.navigation = navigation
        self._entity_set = entity_set
        self.prefix = prefix

    def _deserialize(self, value: Loaded, attr: str | None, data: Loaded, **_: Loaded) -> str:
        number = read_id(self.prefix, value) if isinstance(value, str) else None
        if number is None:
            raise ValidationError(f"Not a valid id: one such as {self.prefix}-001 is expected.")
        return f"{self._entity_set}(integerId={number})"

    def settle(self, values: JsonObject) -> None:
        """A link to the entity; null clears it."""
        name = str(self.attribute)
        if name not in values:
            return
        link = values.pop(name)
        if link is None:
            values[f"{self.navigation}Id"] = None
        else:
            values[f"{self.navigation}@odata.bind"] = link

    def targets(self) -> Mapping[str, str]:
        """Both the link and the property behind it."""
        name = str(self.data_key or self.name)
        return {str(self.navigation): name, f"{self.navigation}Id": name}


class FreeMembers(NamedField):
    """An object of any members, the open part of an entity."""

    json_schema: ClassVar[Described] = {"type": ["object", "null"]}

    def __init__(self, attribute: str) -> None:
        super().__init__(attribute=attribute, allow_none=True)

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return {name: item for name, item in (value or {}).items() if "@" not in name}

    def _deserialize(self, value: Loaded, attr: str | None, data: Loaded, **_: Loaded) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("Not a valid object.")
        return value
