"""The trash: customers that were removed with all that hangs on them and can be brought back.

What is in the trash is in no table that anybody reads: the rows stand in the trash as text,
column by column, and go back as they were, with new entity tags.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import peewee

from models.attachment import AttachmentContent, DocumentAttachment
from models.base import Entity, key_of, milliseconds, text
from models.contact import ContactRelation
from models.customer import CAPTION, Customer
from models.customer_owned import OWNED
from models.default_dimension import DefaultDimension
from models.grants import BUSINESS
from models.numbers import CUSTOMERS, Numbering
from models.picture import PictureContent
from models.surroundings import Surroundings
from models.tags import new_tag
from odata.edm.model import Capabilities
from odata.errors import DuplicateKeyError
from odata.query.operation_call import EntityResult, OperationCall
from odata.sql.expose import Exposure, column
from odata.sql.exposure import ActionDeclaration
from odata.sql.fields import InstantField, TextField

StoredRow = dict[str, Any]  # columns as the driver gives them
Condition = Any  # peewee's conditions share no type
_BYTES = "base64"
_NUMBERING = Numbering(CUSTOMERS, Customer.number)


class DeletedCustomer(Entity):
    """A customer in the trash; ``content`` holds its rows by table."""

    integer_id = peewee.BigIntegerField()
    number = TextField(20)
    display_name = TextField(100)
    deleted_date_time = InstantField()
    deleted_by = TextField(250, default="")
    content = TextField()

    class Meta:
        table_name = "deleted_customer"


def _tables(key: str) -> tuple[tuple[type[peewee.Model], Condition], ...]:
    """What is kept of a customer, the customer first."""
    attachments = DocumentAttachment.select(DocumentAttachment.id).where(
        DocumentAttachment.parent_id == key
    )
    return (
        (Customer, Customer.id == key),
        *((item.model, item.model.customer_id == key) for item in OWNED),
        (ContactRelation, ContactRelation.related_id == key),
        (DefaultDimension, DefaultDimension.parent_id == key),
        (AttachmentContent, AttachmentContent.id.in_(attachments)),
        (DocumentAttachment, DocumentAttachment.parent_id == key),
        (PictureContent, PictureContent.id == key),
    )


# --- into the trash ---------------------------------------------------------------------------


def move_to_trash(call: OperationCall) -> None:
    """Remove a customer as a delete does, under the same rules, and keep what it was."""
    key, entity = _key(call), call.entity or {}
    content = {
        _name(model): [_written(row) for row in _rows(model, condition)]
        for model, condition in _tables(key)
    }
    call.changes.delete("customer", {"id": key})
    deleted = {
        "id": key,
        "company_id": call.scope,
        "etag": new_tag(),
        "last_modified": milliseconds(call.now),
        "integer_id": entity["integerId"],
        "number": entity["number"],
        "display_name": entity["displayName"],
        "deleted_date_time": milliseconds(call.now),
        "deleted_by": call.actor,
        "content": json.dumps(content, ensure_ascii=False),
    }
    call.rows.insert(DeletedCustomer, deleted)


def _rows(model: type[peewee.Model], condition: Condition) -> list[StoredRow]:
    query = model.select().where(condition)
    cursor = _database(model).execute(query)
    names = [item[0] for item in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _written(row: StoredRow) -> StoredRow:
    return {
        name: {_BYTES: base64.b64encode(bytes(value)).decode()}
        if isinstance(value, bytes | memoryview)
        else value
        for name, value in row.items()
    }


# --- and back ---------------------------------------------------------------------------------


def restore(call: OperationCall) -> EntityResult:
    """Bring a customer back with all that went with it."""
    key = _key(call)
    row = DeletedCustomer.get_by_id(key)
    if _NUMBERING.is_taken(call.scope, row.number):
        raise DuplicateKeyError(
            f"{CAPTION} {row.number} cannot be restored because its number is taken.",
            target="number",
        )
    content: Mapping[str, list[StoredRow]] = json.loads(row.content)
    for model, _ in _tables(key):
        for stored in content.get(_name(model), ()):
            call.rows.insert(model, _restored(model, stored, call))
    call.rows.delete(DeletedCustomer, DeletedCustomer.id == key)
    _follow_up(call, key)
    return EntityResult({"id": key}, is_new=True)


def _follow_up(call: OperationCall, key: str) -> None:
    """Let the rules follow up on what is there again."""
    for item in OWNED:
        for part in item.model.select(item.model.id).where(item.model.customer_id == key):
            call.changes.update(item.type_name, {"id": part.id}, {})
    call.changes.update("customer", {"id": key}, {})


def _restored(
    model: type[peewee.Model], stored: StoredRow, call: OperationCall
) -> dict[str, object]:
    """One row as it was, with a new entity tag; columns that are new since have their
    defaults."""
    values: dict[str, object] = {
        field.name: field.python_value(_read(stored[field.column_name]))
        for field in _fields(model)
        if field.column_name in stored
    }
    touched = {"etag": new_tag(), "last_modified": milliseconds(call.now)}
    return values | {name: value for name, value in touched.items() if name in values}


def _read(value: object) -> object:
    return base64.b64decode(value[_BYTES]) if isinstance(value, dict) and _BYTES in value else value


def _fields(model: type[peewee.Model]) -> list[Any]:
    return list(model._meta.sorted_fields)  # noqa: SLF001 - Peewee's published name for it


def _name(model: type[peewee.Model]) -> str:
    return str(model._meta.table_name)  # noqa: SLF001 - likewise


def _database(model: type[peewee.Model]) -> Any:  # noqa: ANN401 - Peewee's stubs name a proxy
    return model._meta.database  # noqa: SLF001 - likewise


def _key(call: OperationCall) -> str:
    if call.key is None:
        raise LookupError("the action is bound to an entity")
    return str(call.key["id"])


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``deletedCustomers``; deleting one of its entities is for good."""
    model = DeletedCustomer
    return Exposure(
        model,
        "deletedCustomer",
        "deletedCustomers",
        properties=(
            key_of(model),
            column(model.integer_id, computed=True),
            text(model.number, computed=True, searchable=True),
            text(model.display_name, computed=True, searchable=True),
            column(model.deleted_date_time, computed=True),
            text(model.deleted_by, computed=True),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("number",),
        alternate_keys=(("integerId",),),
        capabilities=Capabilities(insertable=False, updatable=False, searchable=True),
        grants=BUSINESS,
        actions=(
            ActionDeclaration("moveToTrash", move_to_trash, bound_to="customer"),
            ActionDeclaration("restore", restore, returns="customer"),
        ),
    )
