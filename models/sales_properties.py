"""Properties of sales documents, declared as one list of names for each set.

After a name, ``*`` says that the server computes it, ``!`` that it is never null, and ``^``
that it is a code, which is kept in upper case.
"""

from __future__ import annotations

import peewee

from models.base import (
    Entity,
    caption,
    choice,
    key_of,
    last_modified,
    number,
    reference,
    required_text,
    text,
)
from models.sales_tables import NO_DAY, NO_INSTANT
from odata.sql.expose import camel_case, column
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.mapping import ColumnMapping

ID_FIXED = "The id cannot be changed."
_MARKS = "*!^"


def declared(model: type[Entity], names: str) -> tuple[ColumnMapping, ...]:
    """The properties of these names, in this order."""
    fields = model._meta.sorted_fields  # noqa: SLF001 - Peewee's published name for it
    by_name = {camel_case(field.name): field for field in fields}
    return tuple(_declared(model, by_name, item) for item in names.split())


def _declared(model: type[Entity], by_name: dict[str, peewee.Field], marked: str) -> ColumnMapping:
    name = marked.rstrip(_MARKS)
    if name == "id":
        return key_of(model, refusal=ID_FIXED)
    if name == "lastModifiedDateTime":
        return last_modified(model)
    if name == "sentDate":
        return column(
            by_name["sentAt"], name, computed=True, unset=NO_INSTANT, caption=caption(name)
        )
    return _of_kind(by_name[name], marked[len(name) :])


def _of_kind(field: peewee.Field, marks: str) -> ColumnMapping:
    computed = "*" in marks
    match field:
        case TextField():
            declare = required_text if "!" in marks else text
            return declare(field, computed=computed, upper_case="^" in marks)
        case GuidField() if "!" in marks:
            return column(field, computed=computed, nullable=False)
        case GuidField():
            return reference(field, computed=computed)
        case ScaledDecimalField():
            return number(field, computed=computed)
        case DayField():
            return column(
                field,
                computed=computed,
                unset=NO_DAY,
                caption=caption(camel_case(field.name)),
            )
        case InstantField():
            return column(field, computed=computed, unset=NO_INSTANT)
        case peewee.BooleanField():
            return choice(field, unset=False, computed=computed)
        case _:
            return choice(field, computed=computed)
