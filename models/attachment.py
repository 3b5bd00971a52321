"""Files attached to entities: what they are called, and their bytes (reference §6.3, §11.4).

Two entity sets share the rules: documents that go along with an entity, and files that came in
with a document or an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee

from models.base import (
    NO_ID,
    Entity,
    EntityRules,
    choice,
    has_content,
    key_of,
    last_modified,
    milliseconds,
    number,
    reference,
    text,
)
from models.database import database
from models.enumerations import ATTACHMENT_PARENT_TYPE
from models.grants import BUSINESS
from models.parts import ATTACHMENT_PARENTS, FILE_PARENTS, parents
from models.reference_check import find
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.errors import RuleError
from odata.query.change import Change, Rows
from odata.sql.expose import Exposure, column, stream
from odata.sql.fields import EnumField, GuidField, TextField
from odata.sql.mapping import PropertyMapping, StoredStream, StreamChange, StreamMapping

PARENT_NEEDED = "You must get to the parent first to get to the document attachments."
PARENT_ID_NEEDED = "You must specify a parentId in the request body."
PARENT_UNKNOWN = 'The "parentId" does not match to any entity.'
ID_FIXED = "You cannot change the value of the key field id."
DEFAULT_NAME = "filename.txt"
_FORBIDDEN = frozenset('<>:"/\\|?*') | {chr(code) for code in range(32)}
_FIXED = ("parentId", "parentType")
Parents = Mapping[str, type[Any]]
"""The tables of the kinds of parents, by the names of their entity types."""


class Attachment(Entity):
    """A file of one parent."""

    file_name = TextField(250, default=DEFAULT_NAME)
    byte_size = peewee.IntegerField(default=0)
    parent_type = EnumField(ATTACHMENT_PARENT_TYPE, default=0)
    parent_id = GuidField()

    class Meta:
        table_name = "attachment"


class DocumentAttachment(Entity):
    """A document of one parent, with its place among them and where it goes along."""

    file_name = TextField(250, default=DEFAULT_NAME)
    byte_size = peewee.IntegerField(default=0)
    parent_type = EnumField(ATTACHMENT_PARENT_TYPE, default=0)
    parent_id = GuidField()
    line_number = peewee.IntegerField(default=0)
    document_flow_sales = peewee.BooleanField(default=False)
    document_flow_purchase = peewee.BooleanField(default=False)

    class Meta:
        table_name = "document_attachment"


class AttachmentContent(peewee.Model):
    """The bytes of an attachment of either kind."""

    id = GuidField(primary_key=True)
    company_id = GuidField()
    content = peewee.BlobField()
    content_type = TextField(100)

    class Meta:
        database = database
        table_name = "attachment_content"


@dataclass(frozen=True, slots=True)
class AttachmentStore:
    """Keeps the bytes; the attachment tells their number."""

    model: type[Attachment | DocumentAttachment]

    def read(self, key: Mapping[str, object], scope: str | None) -> StoredStream | None:
        """The bytes, or None where nothing was uploaded."""
        content = AttachmentContent.get_or_none(
            AttachmentContent.id == key["id"], AttachmentContent.company_id == scope
        )
        if content is None:
            return None
        row = self.model.get_by_id(key["id"])
        return StoredStream(bytes(content.content), content.content_type, row.etag)

    def read_all(
        self, keys: Sequence[Mapping[str, object]], scope: str | None
    ) -> list[StoredStream | None]:
        """The bytes of several attachments, read together."""
        content, names = AttachmentContent, [str(key["id"]) for key in keys]
        tags = {row.id: row.etag for row in self.model.select().where(self.model.id.in_(names))}
        rows = content.select().where(content.id.in_(names), content.company_id == scope)
        found = {
            row.id: StoredStream(bytes(row.content), row.content_type, tags[row.id])
            for row in rows
            if row.id in tags
        }
        return [found.get(name) for name in names]

    def write(self, change: StreamChange) -> bool:
        """Replace or remove the bytes where the attachment is as it was read, and let it
        follow."""
        key = change.key["id"]
        columns = {
            "byte_size": len(change.content or b""),
            "etag": change.entity_tag,
            "last_modified": milliseconds(change.now),
        }
        read = [self.model.id == key]
        if change.replaced is not None:
            read.append(self.model.etag == change.replaced)
        if not self.model.update(columns).where(*read).execute():
            return False
        AttachmentContent.delete().where(AttachmentContent.id == key).execute()
        if change.content is not None:
            AttachmentContent.insert(
                id=key,
                company_id=change.scope,
                content=change.content,
                content_type=change.content_type[:100],
            ).execute()
        return True


class AttachmentRules(EntityRules):
    """A parent that exists, and a name that files can have."""

    def __init__(self, kinds: Mapping[str, int], tables: Parents) -> None:
        self._kinds = kinds
        self._tables = tables

    def before_create(self, change: Change) -> None:
        """Find the parent and mend the name."""
        super().before_create(change)
        self._set_parent(change)
        change.values["fileName"] = file_name(change.values.get("fileName"))

    def before_update(self, change: Change) -> None:
        """The parent stays; the name may change."""
        super().before_update(change)
        current = change.current or {}
        for name in _FIXED:
            if change.is_given(name) and change.values[name] != current.get(name):
                change.fault(f"You cannot change the value of the key field {name}.", target=name)
        if change.is_given("fileName"):
            change.values["fileName"] = file_name(change.values["fileName"])

    def after_delete(self, change: Change) -> None:
        """Remove the bytes with it."""
        change.rows.delete(AttachmentContent, AttachmentContent.id == change.key["id"])

    def _set_parent(self, change: Change) -> None:
        if change.parent is not None:
            change.values["parentId"] = change.parent.key["id"]
            change.values["parentType"] = self._kinds[change.parent.entity_type.name]
            return
        key = change.values.get("parentId")
        if key in (None, "", NO_ID):
            raise RuleError(PARENT_ID_NEEDED, target="parentId")
        wanted = change.values.get("parentType")
        for name, kind in self._kinds.items():
            table = self._tables.get(name)
            if table is None or wanted not in (None, 0, kind):
                continue
            if find(table, change.scope, table.id == key) is not None:
                change.values["parentType"] = kind
                return
        change.fault(PARENT_UNKNOWN, target="parentId")


def file_name(given: object) -> str:
    """The name itself, or another where it is none that a file can have."""
    name = str(given or "").strip()
    is_good = name.strip(".") and not _FORBIDDEN & set(name)
    return name if is_good else DEFAULT_NAME


def remove_attachments(change: Change) -> None:
    """Remove the attachments of an entity that is removed."""
    remove_attachments_of(change.rows, (change.key["id"],))


def remove_attachments_of(rows: Rows, parents: Iterable[object]) -> None:
    """Remove the attachments of entities that are removed."""
    keys = list(parents)
    for model in (DocumentAttachment, Attachment):
        ids = [row.id for row in model.select(model.id).where(model.parent_id << keys)]
        rows.delete(model, model.id << ids)
        rows.delete(AttachmentContent, AttachmentContent.id << ids)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``attachments``."""
    model = Attachment
    properties: tuple[PropertyMapping, ...] = (
        key_of(model, refusal=ID_FIXED),
        reference(model.parent_id),
        text(model.file_name),
        number(model.byte_size, computed=True),
        _content(model),
        last_modified(model),
        choice(model.parent_type),
    )
    return _exposure(
        model, ("attachment", "attachments"), properties, (FILE_PARENTS, around.tables)
    )


def document_exposure(around: Surroundings) -> Exposure:
    """The entity set ``documentAttachments``."""
    model = DocumentAttachment
    properties: tuple[PropertyMapping, ...] = (
        key_of(model, refusal=ID_FIXED),
        text(model.file_name),
        number(model.byte_size, computed=True),
        _content(model),
        choice(model.parent_type),
        column(model.parent_id, nullable=False, default=NO_ID),
        number(model.line_number),
        choice(model.document_flow_sales, unset=False),
        choice(model.document_flow_purchase, unset=False),
        last_modified(model),
    )
    names = ("documentAttachment", "documentAttachments")
    return _exposure(model, names, properties, (ATTACHMENT_PARENTS, around.tables))


def _content(model: type[Attachment | DocumentAttachment]) -> StreamMapping:
    return stream(
        "attachmentContent",
        AttachmentStore(model),
        aliases=("content",),
        media=("",),
        presence=has_content(AttachmentContent),
    )


def _exposure(
    model: type[Attachment | DocumentAttachment],
    names: tuple[str, str],
    properties: tuple[PropertyMapping, ...],
    kinds: tuple[Mapping[str, int], Parents],
) -> Exposure:
    entity_name, set_name = names
    return Exposure(
        model,
        entity_name,
        set_name,
        properties=properties,
        navigation=parents(kinds[0], "parentId", set_name),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("parentId", "fileName"),
        capabilities=Capabilities(requires_parent=PARENT_NEEDED),
        rules=AttachmentRules(*kinds),
        grants=BUSINESS,
    )
