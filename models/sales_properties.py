"""Properties of sales documents, declared as one list of names for each set.

After a name, ``*`` says that the server computes it, ``!`` that it is never null, and ``^``
that it is a code, which is kept in upper case.
"""

from __future__ import annotations

from dataclasses import replace

import peewee

from models.base import (
    Entity,
    Option,
    caption,
    choice,
    in_currency,
    key_of,
    last_modified,
    number,
    percent,
    reference,
    required_text,
    text,
)
from models.forms import NOT_NEGATIVE
from models.sales_tables import NO_DAY, NO_INSTANT, SalesHeader
from odata.edm.annotations import UNIT, PathValue
from odata.sql.expose import camel_case, column
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.mapping import ColumnMapping

ID_FIXED = "The id cannot be changed."
_MARKS = "*!^"


def declared(
    model: type[Entity], names: str, completed: frozenset[str]
) -> tuple[ColumnMapping, ...]:
    """The properties of these names, in this order; those that are completed get a value where
    the client gives none."""
    fields = model._meta.sorted_fields  # noqa: SLF001 - Peewee's published name for it
    by_name = {camel_case(field.name): field for field in fields}
    found = (_declared(model, by_name, item) for item in names.split())
    return tuple(_completed(item) if item.definition.name in completed else item for item in found)


def _completed(item: ColumnMapping) -> ColumnMapping:
    if item.definition.is_computed:
        return item
    return replace(item, definition=replace(item.definition, has_computed_default=True))


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


def _bounds(field: peewee.Field, *, computed: bool) -> dict[str, Option]:
    """The discount of a document is not negative; that of a line follows the sign of its amount."""
    if computed:
        return {"constraint": None}
    is_of_head = issubclass(field.model, SalesHeader) and field.name == "discount_amount"
    return {"constraint": NOT_NEGATIVE} if is_of_head else {}


def _measured(field: peewee.Field) -> dict[str, Option]:
    """Amounts are in the currency of the document, quantities in the unit of the line."""
    if field.name.endswith("percent"):
        return {}
    if field.name.endswith("quantity"):
        return {"annotations": ((UNIT, PathValue("unitOfMeasureCode")),)}
    if issubclass(field.model, SalesHeader):
        return {"annotations": (in_currency("currencyCode"),)}
    head = camel_case(field.model._meta.table_name).removesuffix("Line")  # noqa: SLF001 - see above
    return {"annotations": (in_currency(f"{head}/currencyCode"),)}


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
            declare = percent if field.name.endswith("percent") else number
            terms = {**_bounds(field, computed=computed), **_measured(field)}
            return declare(field, computed=computed, **terms)
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
