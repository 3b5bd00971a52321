"""Fields that an installation adds to the entity sets, as its file declares them.

Each field becomes a column of its own in the table of its set, so it is read, filtered, sorted
and written like every other property, on both databases.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import peewee

from odata.edm.types import Primitive
from odata.sql import fields
from odata.sql.expose import Exposure, column

PREFIX = "x_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,29}")
_KEYS = frozenset(
    {"set", "name", "type", "max_length", "precision", "scale", "index", "description"}
)
_LONGEST = 4000
_MOST_DIGITS = 18
_ONLY_FOR = {"max_length": "String", "precision": "Decimal", "scale": "Decimal"}

MakeField = Callable[["ExtraField"], peewee.Field]


class ExtraFieldsError(ValueError):
    """A file of fields that cannot be served; a sentence for each fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class ExtraField:
    """One field: a property of an entity set that the service itself does not know."""

    entity_set: str
    name: str
    edm_type: Primitive
    max_length: int | None = None
    precision: int = 18
    scale: int = 2
    is_indexed: bool = False
    description: str = ""

    @property
    def column_name(self) -> str:
        """The name of its column, which no column of the service has."""
        return PREFIX + self.name.lower()

    @property
    def kind(self) -> str:
        """How its column keeps values: what a field of this name cannot change."""
        name = self.edm_type.value.removeprefix("Edm.")
        return f"{name}({self.scale})" if self.edm_type is Primitive.DECIMAL else name

    def field(self) -> peewee.Field:
        """The column, nullable."""
        return _FIELDS[self.edm_type](self)


_FIELDS: Mapping[Primitive, MakeField] = {
    Primitive.STRING: lambda item: fields.TextField(item.max_length, null=True),
    Primitive.BOOLEAN: lambda _: peewee.BooleanField(null=True),
    Primitive.INT32: lambda _: peewee.IntegerField(null=True),
    Primitive.INT64: lambda _: peewee.BigIntegerField(null=True),
    Primitive.DOUBLE: lambda _: peewee.DoubleField(null=True),
    Primitive.DECIMAL: lambda item: fields.ScaledDecimalField(
        item.precision, item.scale, null=True
    ),
    Primitive.DATE: lambda _: fields.DayField(null=True),
    Primitive.DATE_TIME_OFFSET: lambda _: fields.InstantField(precision=3, null=True),
    Primitive.TIME_OF_DAY: lambda _: fields.ClockField(null=True),
    Primitive.DURATION: lambda _: fields.DurationField(null=True),
    Primitive.GUID: lambda _: fields.GuidField(null=True),
}
_TYPES = {item.value.removeprefix("Edm."): item for item in _FIELDS}


# --- the file -------------------------------------------------------------------------------


def read_extra_fields(path: str) -> tuple[ExtraField, ...]:
    """The fields of a file, TOML or JSON by its ending; refused with all its faults."""
    tables = _tables(path)
    faults: list[str] = []
    found: list[ExtraField] = []
    for number, table in enumerate(tables, start=1):
        where = f"{path}, field {number}"
        wrong = tuple(_find_faults(table))
        faults += (f"{where}: {fault}" for fault in wrong)
        if not wrong and isinstance(table, Mapping):
            found.append(_field(table))
    if faults:
        raise ExtraFieldsError(faults)
    return tuple(found)


def _tables(path: str) -> Sequence[object]:
    try:
        text = Path(path).read_text(encoding="utf-8")
        content = json.loads(text) if path.endswith(".json") else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ExtraFieldsError([f"{path} cannot be read: {error}"]) from error
    except ValueError as error:
        raise ExtraFieldsError([f"{path} is no {_format(path)}: {error}"]) from error
    tables = content.get("field") if isinstance(content, dict) else None
    if not isinstance(tables, list) or set(content) != {"field"}:
        raise ExtraFieldsError([f"{path} must hold fields, each one as [[field]], and no more"])
    return tables


def _format(path: str) -> str:
    return "JSON" if path.endswith(".json") else "TOML"


def _find_faults(table: object) -> Iterator[str]:
    if not isinstance(table, Mapping):
        yield "a table with set, name and type is expected"
        return
    for key in sorted(set(table) - _KEYS):
        yield f"{key} means nothing here; known are {', '.join(sorted(_KEYS))}"
    if not isinstance(table.get("set"), str):
        yield "set must name an entity set"
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield "name must be up to 30 letters, digits and underscores that begin with no digit"
    if table.get("type") not in _TYPES:
        yield f"type must be one of {', '.join(_TYPES)}"
    yield from _find_option_faults(table)


def _find_option_faults(table: Mapping[str, object]) -> Iterator[str]:
    for key, wanted in _ONLY_FOR.items():
        if key in table and table.get("type") != wanted:
            yield f"{key} is for {wanted} only"
    yield from _find_number_fault(table, "max_length", 1, _LONGEST)
    yield from _find_number_fault(table, "precision", 1, _MOST_DIGITS)
    precision = table.get("precision", _MOST_DIGITS)
    most = precision if isinstance(precision, int) else _MOST_DIGITS
    yield from _find_number_fault(table, "scale", 0, most)
    if not isinstance(table.get("index", False), bool):
        yield "index must be true or false"
    if not isinstance(table.get("description", ""), str):
        yield "description must be a text"


def _find_number_fault(
    table: Mapping[str, object], key: str, least: int, most: int
) -> Iterator[str]:
    value = table.get(key, least)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        yield f"{key} must be a whole number from {least} to {most}"


def _field(table: Mapping[str, object]) -> ExtraField:
    length, precision = table.get("max_length"), _whole(table, "precision", _MOST_DIGITS)
    return ExtraField(
        str(table["set"]),
        str(table["name"]),
        _TYPES[str(table["type"])],
        max_length=length if isinstance(length, int) else None,
        precision=precision,
        scale=_whole(table, "scale", min(2, precision)),
        is_indexed=table.get("index") is True,
        description=str(table.get("description", "")),
    )


def _whole(table: Mapping[str, object], key: str, default: int) -> int:
    value = table.get(key, default)
    return value if isinstance(value, int) else default


# --- the model ------------------------------------------------------------------------------


def with_extra_fields(
    exposures: Iterable[Exposure], extra: Sequence[ExtraField]
) -> tuple[Exposure, ...]:
    """The declarations with the fields behind their own properties; refuses what has no place."""
    listed = tuple(exposures)
    faults = list(_find_misplaced({item.entity_set: item for item in listed}, extra))
    if faults:
        raise ExtraFieldsError(faults)
    return tuple(
        _extended(item, [field for field in extra if field.entity_set == item.entity_set])
        for item in listed
    )


def _find_misplaced(
    by_set: Mapping[str | None, Exposure], extra: Sequence[ExtraField]
) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for item in extra:
        exposure = by_set.get(item.entity_set)
        where = f"the extra field {item.entity_set}.{item.name}"
        place = (item.entity_set, item.name.lower())
        if exposure is None:
            yield f"{where}: there is no entity set {item.entity_set}"
        elif not _is_written(exposure):
            yield f"{where}: the rows of {item.entity_set} are computed, nobody writes them"
        elif item.name.lower() in {name.lower() for name in _names(exposure)}:
            yield f"{where}: {item.entity_set} has this name already"
        elif place in seen:
            yield f"{where} is declared twice"
        seen.add(place)


def _is_written(exposure: Exposure) -> bool:
    able = exposure.capabilities
    return exposure.write_model is None and (able.insertable or able.updatable)


def _names(exposure: Exposure) -> Iterator[str]:
    for item in exposure.properties:
        yield item.definition.name
        yield from item.definition.aliases
    for navigation in exposure.navigation:
        yield navigation.name
        yield from navigation.aliases


def _extended(exposure: Exposure, extra: Sequence[ExtraField]) -> Exposure:
    if not extra:
        return exposure
    model = _extended_model(exposure.model, extra)
    added = tuple(
        column(
            getattr(model, item.column_name),
            item.name,
            caption=item.name,
            description=item.description,
        )
        for item in extra
    )
    return replace(exposure, model=model, properties=(*exposure.properties, *added))


def _extended_model(model: type[peewee.Model], extra: Sequence[ExtraField]) -> type[peewee.Model]:
    """The model with further columns, over the same table."""
    meta = type("Meta", (), {"table_name": table_of(model)})
    members = {item.column_name: item.field() for item in extra}
    return type(model.__name__, (model,), {**members, "Meta": meta, "__module__": __name__})


def table_of(model: type[peewee.Model]) -> str:
    """The name of the table of a model."""
    return str(model._meta.table_name)  # noqa: SLF001 - Peewee's public name
