"""Documents that say what other documents say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from models.base import milliseconds
from models.books import Books
from models.dimension_sets import copy_set
from models.sales_kind import SalesKind
from models.sales_tables import NO_DAY, SalesHeader, SalesLine
from models.tags import new_tag

Columns = Mapping[str, object]
_HEAD = tuple(SalesHeader._meta.fields)  # noqa: SLF001 - Peewee's published name for it
_LINE = (*SalesLine._meta.fields, "line_type")  # noqa: SLF001 - likewise


def touched(books: Books) -> Columns:
    """What every written row gets: a tag and the instant."""
    return {"etag": new_tag(), "last_modified": milliseconds(books.now)}


def copy_head(books: Books, kind: SalesKind, head: SalesHeader, columns: Columns) -> str:
    """The id of a new document that says what another one says."""
    key = str(uuid.uuid4())
    today = books.now.date()
    due = {"due_date": today} if head.due_date == NO_DAY else {}
    values = {
        **{name: getattr(head, name) for name in _HEAD},
        **due,
        **columns,
        "id": key,
        **touched(books),
        "number": kind.numbering.draw(head.company_id),
        "posting_date": today,
    }
    books.rows.insert(kind.head, values)
    copy_set(books, head.id, key, kind.head_type)
    return key


def copy_line(
    books: Books, kind: SalesKind, placing: tuple[SalesLine, str], columns: Columns
) -> None:
    """A line like another one, in the document of an id."""
    line, document = placing
    key = str(uuid.uuid4())
    values = {
        **{name: getattr(line, name) for name in _LINE},
        **columns,
        "id": key,
        **touched(books),
        "document_id": document,
    }
    books.rows.insert(kind.line, values)
    copy_set(books, line.id, key, kind.line_type)
