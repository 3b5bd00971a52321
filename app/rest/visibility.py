"""What of a dialect a caller sees: a field that shows what is hidden from him is not there."""

from __future__ import annotations

from app.rest.dialect import Call
from app.rest.faults import schema_faults
from app.rest.names import NamedField
from app.rest.schema import DialectSchema
from odata.errors import ErrorDetail
from odata.payload.json_document import JsonObject


def visible_field(call: Call, schema: DialectSchema, name: str) -> NamedField:
    """The field that clients call so; one that is hidden is refused as one that is not there."""
    found = schema.fields.get(name)
    is_hidden = isinstance(found, NamedField) and _shows(found, call.hidden)
    return schema.field("" if is_hidden else name, name)


def take_hidden(call: Call, schema: DialectSchema, document: JsonObject) -> list[ErrorDetail]:
    """Take out of a body what the caller does not see, and give the faults of it."""
    hidden = (item for item in schema.named() if _shows(item, call.hidden))
    names = [str(item.data_key or item.name) for item in hidden]
    named = [name for name in names if name in document]
    for name in named:
        del document[name]
    unknown = schema.error_messages["unknown"]
    return list(schema_faults({name: [unknown] for name in named}))


def _shows(item: NamedField, hidden: frozenset[str]) -> bool:
    paths = (one.path[0] for one in item.expansions())
    return not hidden.isdisjoint((*item.properties(), *paths))
