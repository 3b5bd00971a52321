"""What every entity of a company has: its columns, its properties, its rules."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import peewee

from models.database import database
from models.forms import PERCENT
from odata.edm.annotations import ISO_CURRENCY, UNIT, PathValue
from odata.edm.guid import new_guid
from odata.query.change import Change, Rules
from odata.sql.expose import camel_case, column
from odata.sql.fields import GuidField, InstantField, TextField
from odata.sql.mapping import ColumnMapping, SqlExpression, TableAlias

NO_ID = "00000000-0000-0000-0000-000000000000"
Option = Any  # an option of odata.sql.expose.column, which says what each may be
_PERCENT_SIGN = (UNIT, "%")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


class Entity(peewee.Model):
    """A row of one company, with its entity tag and the instant of its last change."""

    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField(precision=3)

    class Meta:
        database = database


class EntityRules(Rules):
    """Gives every new row its id and every written row its instant."""

    def before_create(self, change: Change) -> None:
        """Fill in the id and the instant."""
        change.values.setdefault("id", new_guid())
        _move_instant(change)

    def before_update(self, change: Change) -> None:
        """Move the instant."""
        _move_instant(change)


def _move_instant(change: Change) -> None:
    """Write the instant of the change, which not every set publishes."""
    name = "lastModifiedDateTime"
    is_published = change.entity_type.find_property(name) is not None
    change.values[name if is_published else ".last_modified"] = milliseconds(change.now)


@lru_cache(maxsize=64)
def milliseconds(moment: datetime.datetime) -> datetime.datetime:
    """The instant without what is smaller than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def key_of(entity: type[Entity], **options: Option) -> ColumnMapping:
    """The property ``id``."""
    return column(entity.id, computed=True, caption="Id", **options)


def last_modified(entity: type[Entity]) -> ColumnMapping:
    """The property ``lastModifiedDateTime``."""
    return column(
        entity.last_modified,
        "lastModifiedDateTime",
        computed=True,
        nullable=True,
        caption="Last Modified Date",
    )


def has_content(content: type[peewee.Model]) -> Callable[[TableAlias], SqlExpression]:
    """SQL that tells whether an entity has a row in the table of its bytes."""

    def is_there(row: TableAlias) -> SqlExpression:
        kept = content.alias()
        same = (kept.id == row.id, kept.company_id == row.company_id)
        return peewee.NodeList((peewee.SQL("EXISTS"), kept.select(peewee.SQL("1")).where(*same)))

    return is_there


def text(field: peewee.Field, name: str | None = None, **options: Option) -> ColumnMapping:
    """A text property that is blank where it is not set."""
    return column(field, name, **{"unset": "", **_captioned(field, name), **options})


def required_text(field: peewee.Field, name: str | None = None, **options: Option) -> ColumnMapping:
    """A text property that is never null."""
    return column(field, name, **{"nullable": False, **_captioned(field, name), **options})


def reference(field: peewee.Field, name: str | None = None, **options: Option) -> ColumnMapping:
    """The id of another entity; all zeros where there is none."""
    return column(field, name, **{"unset": NO_ID, **_captioned(field, name), **options})


def number(field: peewee.Field, name: str | None = None, **options: Option) -> ColumnMapping:
    """A numeric property that is zero where it is not set."""
    return column(field, name, **{"unset": 0, **_captioned(field, name), **options})


def amount(
    field: peewee.Field, name: str | None = None, *, currency: str, **options: Option
) -> ColumnMapping:
    """An amount of money in the currency whose code a path leads to."""
    return number(field, name, annotations=(in_currency(currency),), **options)


def in_currency(path: str) -> tuple[str, PathValue]:
    """The annotation of an amount in the currency whose code a path leads to."""
    return ISO_CURRENCY, PathValue(path)


def percent(field: peewee.Field, name: str | None = None, **options: Option) -> ColumnMapping:
    """A percentage, zero where it is not set."""
    declared = {"constraint": PERCENT, "annotations": (_PERCENT_SIGN,)}
    return number(field, name, **{**declared, **options})


def choice(field: peewee.Field, name: str | None = None, **options: Option) -> ColumnMapping:
    """An enumeration or Boolean property; null writes its first value."""
    return column(field, name, **{"unset": 0, **_captioned(field, name), **options})


def _captioned(field: peewee.Field, name: str | None) -> dict[str, Option]:
    return {"caption": caption(name or camel_case(field.name))}


def caption(name: str) -> str:
    """``addressLine1`` as ``Address Line 1``: the words that messages use."""
    return " ".join(word[:1].upper() + word[1:] for word in _WORD.findall(name))
