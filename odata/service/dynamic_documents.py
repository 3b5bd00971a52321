"""Dynamic properties on their way to the database and back: from values to documents.

Among the values of a change a dynamic property stands under its name as JSON has it; the name
of its type, where JSON does not tell it, stands under ``name@type``. Null removes both.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from odata.edm.model import EntityType
from odata.edm.types import ComplexType
from odata.payload.dynamic import DynamicValue
from odata.payload.entity_payload import EntityPayload
from odata.query.change import Change
from odata.sql import value_text
from odata.sql.dynamic_text import TYPE, json_text, read_document
from odata.sql.fields import write_instant
from odata.sql.mapping import ComplexMapping, DynamicLimits, EntityMapping, PropertyMapping

Values = Mapping[str, object]

# Values of these types are written as they are.
PLAIN = frozenset({str, int, bool, Decimal, type(None)})
_SELF_EVIDENT = frozenset({None, "String", "Boolean", "Double"})
_MICROSECOND = datetime.timedelta(microseconds=1)


# --- from payloads to values ----------------------------------------------------------------


def written_values(payload: EntityPayload) -> dict[str, object]:
    """The values of a payload, dynamic properties among them."""
    values = {**payload.values, **payload.dynamic}
    if PLAIN.issuperset(map(type, values.values())):
        return values
    return dict(_written(values))


def _written(values: Values) -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, DynamicValue):
            is_plain = value.type_name in _SELF_EVIDENT and not _is_no_number(value)
            yield name + TYPE, None if is_plain else value.type_name
            yield name, as_json(value.value)
        elif isinstance(value, Mapping):
            yield name, dict(_written(value))
        else:
            yield name, value


def _is_no_number(value: DynamicValue) -> bool:
    return isinstance(value.value, float) and not math.isfinite(value.value)


def as_json(value: object) -> object:
    """A Python value as JSON has it."""
    if isinstance(value, Mapping):
        return dict(_written(value))
    if isinstance(value, list):
        return [as_json(item) for item in value]
    for python_type, write in _WRITERS:
        if isinstance(value, python_type):
            return write(value)
    return value


def _real(value: float) -> object:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return Decimal(repr(value))


def _clock(value: datetime.time) -> str:
    return value_text.clock_text(value)


_WRITERS: tuple[tuple[type, Callable[..., object]], ...] = (
    (datetime.datetime, lambda value: value_text.instant_text(write_instant(value, 6))),
    (datetime.date, datetime.date.isoformat),
    (datetime.time, _clock),
    (datetime.timedelta, lambda value: value_text.duration_text(value // _MICROSECOND)),
    (bytes, value_text.binary_text),
    (float, _real),
)


# --- from values to documents ---------------------------------------------------------------


def write_documents(
    mapping: EntityMapping, change: Change, limits: DynamicLimits
) -> dict[str, str]:
    """The documents of the open values that a change touches, by the name of the column; what
    it removes goes from its values."""
    documents: dict[str, str] = {}
    if mapping.dynamic is not None:
        own = _dynamic_members(change.values, mapping.properties)
        if own or change.current is None:
            before = _dynamic_members(change.current or {}, mapping.properties)
            kept = _settled({**before, **own})
            change.values.update({name: kept.get(name) for name in own})
            documents[mapping.dynamic.name] = _document(kept, "", change, limits)
    for name, found in mapping.complex_values.items():
        if name not in change.values:
            continue
        value = change.values[name]
        if value is None and found.dynamic is not None:
            value = _emptied(found, (change.current or {}).get(name))
        if isinstance(value, Mapping):
            change.values[name] = _write_complex(found, value, name, (change, limits, documents))
    return documents


def _emptied(found: ComplexMapping, before: object) -> Values:
    names = {*found.members, *(before if isinstance(before, Mapping) else ())}
    return dict.fromkeys(names)


def _write_complex(
    found: ComplexMapping,
    value: Values,
    path: str,
    place: tuple[Change, DynamicLimits, dict[str, str]],
) -> dict[str, object]:
    change, limits, documents = place
    shown = dict(value)
    for name, member in found.members.items():
        inner = value.get(name)
        if isinstance(member, ComplexMapping) and isinstance(inner, Mapping):
            shown[name] = _write_complex(member, inner, f"{path}/{name}", place)
    if found.dynamic is None:
        return shown
    declared = {
        name: item for name, item in shown.items() if name in found.members or name.startswith(".")
    }
    kept = _settled(_dynamic_members(value, found.members))
    documents[found.dynamic.name] = _document(kept, f"{path}/", change, limits)
    return {**declared, **kept}


def _dynamic_members(values: Values, declared: Mapping[str, PropertyMapping]) -> Values:
    return {
        name: value
        for name, value in values.items()
        if name not in declared and not name.startswith(".")
    }


def _settled(values: Values) -> dict[str, object]:
    """What is left once null has removed what it removes, types before their values."""
    settled: dict[str, object] = {}
    for name, value in values.items():
        if value is None or name.endswith(TYPE):
            continue
        declared = values.get(name + TYPE)
        if declared is not None:
            settled[name + TYPE] = declared
        settled[name] = _settled(value) if isinstance(value, Mapping) else value
    return settled


def _document(values: Values, path: str, change: Change, limits: DynamicLimits) -> str:
    names = [name for name in values if not name.endswith(TYPE)]
    if len(names) > limits.properties:
        change.fault(
            f"An open value has at most {limits.properties} dynamic properties, not {len(names)}.",
            target=path.rstrip("/") or names[-1],
            code="BadRequest",
        )
    folded: dict[str, str] = {}
    for name in names:
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            message = f"The names '{other}' and '{name}' differ only by case."
            change.fault(message, target=f"{path}{name}", code="BadRequest")
    text = json_text(values)
    size = len(text.encode())
    if size > limits.size:
        change.fault(
            f"The dynamic properties take {size} bytes; at most {limits.size} are kept.",
            target=path.rstrip("/") or names[-1],
            code="BadRequest",
        )
    return text


def documents_of(mapping: EntityMapping, values: Values) -> dict[str, str]:
    """The documents that hold the dynamic properties among stored values, by their columns."""
    documents: dict[str, str] = {}
    for path in open_values(mapping):
        held: object = values
        declared: Mapping[str, PropertyMapping] = mapping.properties
        for name in path:
            held = held.get(name) if isinstance(held, Mapping) else None
            found = declared[name]
            declared = found.members if isinstance(found, ComplexMapping) else {}
        if isinstance(held, Mapping):
            kept = _settled(_dynamic_members(held, declared))
            documents[mapping.document(path).name] = json_text(kept)
    return documents


# --- back -----------------------------------------------------------------------------------


def open_values(mapping: EntityMapping) -> Iterator[tuple[str, ...]]:
    """The paths of the open values of an entity; none of them: the entity itself."""
    if mapping.dynamic is not None:
        yield ()
    for name, found in mapping.complex_values.items():
        yield from _open_below((name,), found)


def _open_below(path: tuple[str, ...], found: PropertyMapping) -> Iterator[tuple[str, ...]]:
    if not isinstance(found, ComplexMapping):
        return
    if found.dynamic is not None:
        yield path
    for name, member in found.members.items():
        yield from _open_below((*path, name), member)


def place_document(values: dict[str, object], path: tuple[str, ...], text: object) -> None:
    """Put the members of a stored document among the values of its open value."""
    for name in path:
        inner = values.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values.update(read_document(str(text)))


# --- replacing ------------------------------------------------------------------------------


def removals(owner: ComplexType, stored: Values, given: Values) -> dict[str, object]:
    """Null for every stored dynamic property that a replacement leaves out."""
    if not owner.is_open:
        return {}
    known = {item.name for item in owner.all_properties()}
    if isinstance(owner, EntityType):
        known |= set(owner.all_key_names())
    return {
        name: None
        for name in stored
        if name not in known and name not in given and not name.endswith(TYPE)
    }
