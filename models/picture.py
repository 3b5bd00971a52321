"""Pictures of customers, items and others: measures and bytes (reference §6.3, §11.4)."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import peewee

from models.base import Entity, choice, has_content, key_of, number, text
from models.database import database
from models.enumerations import NAMESPACE, PICTURE_PARENT_TYPE
from models.grants import BUSINESS, portal_reads
from models.parts import PICTURE_PARENTS, parents
from models.picture_limits import PictureLimits
from models.surroundings import Surroundings
from odata.edm.annotations import MEDIA_TYPE, PathValue, acceptable_media_types
from odata.edm.model import Capabilities
from odata.errors import PayloadTooLargeError, RuleError
from odata.query.change import Change, Operation
from odata.sql.expose import Exposure, stream
from odata.sql.fields import EnumField, GuidField, TextField
from odata.sql.mapping import OCTET_STREAM, Derivation, StoredStream, StreamChange

NO_PICTURE_TAG = "JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc="
PARENT_NEEDED = "You must get to the parent first to get to the picture."
_TYPES: Mapping[str, str] = {
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
}
ACCEPTED = acceptable_media_types((*_TYPES.values(), OCTET_STREAM))
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error)


class PictureContent(peewee.Model):
    """The bytes of a picture with what they say about it."""

    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    content = peewee.BlobField()
    content_type = TextField(100)
    width = peewee.IntegerField()
    height = peewee.IntegerField()

    class Meta:
        database = database
        table_name = "picture_content"


class Picture(Entity):
    """A row of the view: every parent has one, with or without bytes."""

    parent_type = EnumField(PICTURE_PARENT_TYPE)
    width = peewee.IntegerField()
    height = peewee.IntegerField()
    content_type = TextField(100)

    class Meta:
        table_name = "picture"


@dataclass(frozen=True, slots=True)
class _Measures:
    content_type: str
    width: int
    height: int


class PictureStore:
    """Keeps the bytes of pictures; the bytes alone decide their type."""

    def __init__(self, limits: PictureLimits) -> None:
        self._limits = limits

    def read(self, key: Mapping[str, object], scope: str | None) -> StoredStream | None:
        """The bytes, or None where the parent has no picture."""
        row = PictureContent.get_or_none(
            PictureContent.id == key["id"], PictureContent.company_id == scope
        )
        if row is None:
            return None
        return StoredStream(bytes(row.content), row.content_type, row.etag)

    def read_all(
        self, keys: Sequence[Mapping[str, object]], scope: str | None
    ) -> list[StoredStream | None]:
        """The bytes of the pictures of several parents, read together."""
        model, names = PictureContent, [str(key["id"]) for key in keys]
        rows = model.select().where(model.id.in_(names), model.company_id == scope)
        found = {
            row.id: StoredStream(bytes(row.content), row.content_type, row.etag) for row in rows
        }
        return [found.get(name) for name in names]

    def write(self, change: StreamChange) -> bool:
        """Replace or remove the bytes that were read; refuses what is no picture or too large."""
        model = PictureContent
        read = (
            model.id == change.key["id"],
            model.company_id == change.scope,
            model.etag == change.replaced,
        )
        if change.content is None:
            return change.replaced is None or bool(model.delete().where(*read).execute())
        measures = self._measure(change.content)
        row = {
            "etag": change.entity_tag,
            "content": change.content,
            "content_type": measures.content_type,
            "width": measures.width,
            "height": measures.height,
        }
        if change.replaced is not None:
            return bool(model.update(row).where(*read).execute())
        new = model.insert(id=change.key["id"], company_id=change.scope, **row)
        return bool(new.on_conflict_ignore().as_rowcount().execute())

    def _measure(self, content: bytes) -> _Measures:
        if len(content) > self._limits.octets:
            raise PayloadTooLargeError(
                f"a picture may have {self._limits.octets} bytes; this one has {len(content)}"
            )
        # A start need not wait for it: pictures are rare.
        from PIL import Image  # noqa: PLC0415

        # Pillow would warn about large pictures on its own terms; PictureLimits refuses ours.
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(io.BytesIO(content), formats=tuple(_TYPES)) as image:
                measures = _Measures(_TYPES[image.format or ""], image.width, image.height)
        except (*_UNREADABLE, KeyError) as error:
            raise RuleError(
                "The content is no picture of a known type: BMP, GIF, JPEG, PNG or WEBP."
            ) from error
        if measures.width * measures.height > self._limits.pixels:
            raise RuleError(
                f"A picture may have {self._limits.pixels} pixels; "
                f"this one has {measures.width} x {measures.height}."
            )
        return measures


_OWN_PICTURES = f"parentType eq {NAMESPACE}.pictureEntityParentType'Customer' and id in @customer"
_BLANK: Mapping[str, object] = {"width": 0, "height": 0, "contentType": ""}
_COME_AND_GO = frozenset({Operation.CREATE, Operation.DELETE})


def remove_picture(change: Change) -> None:
    """Remove the picture of an entity that is removed."""
    change.rows.delete(PictureContent, PictureContent.id == change.key["id"])


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``pictures``."""
    return Exposure(
        Picture,
        "picture",
        "pictures",
        properties=(
            key_of(Picture),
            choice(Picture.parent_type, computed=True, unset=1),
            number(Picture.width, computed=True),
            number(Picture.height, computed=True),
            text(Picture.content_type, computed=True),
            stream(
                "pictureContent",
                PictureStore(around.picture_limits),
                aliases=("content",),
                presence=has_content(PictureContent),
                annotations=(ACCEPTED, (MEDIA_TYPE, PathValue("contentType"))),
            ),
        ),
        navigation=parents(PICTURE_PARENTS, "id", "picture"),
        scope=Picture.company_id,
        scope_type="company",
        entity_tag=Picture.etag,
        capabilities=Capabilities(insertable=False, requires_parent=PARENT_NEEDED),
        write_model=PictureContent,
        derivations=tuple(
            Derivation(
                table,
                {"id": table.id},
                {"parentType": kind, **_BLANK},
                _COME_AND_GO,
            )
            for name, kind in PICTURE_PARENTS.items()
            if (table := around.tables.get(name)) is not None
        ),
        grants=(*BUSINESS, *portal_reads(_OWN_PICTURES)),
    )
