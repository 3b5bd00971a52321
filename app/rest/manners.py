"""The envelopes that the dialects use."""

from __future__ import annotations

from app.rest.dialect import Names
from app.rest.paging import ShownPage
from odata.payload.json_document import JsonValue


def one_as_data(_names: Names, value: JsonValue) -> JsonValue:
    """``{"data": {...}}``."""
    return {"data": value}


def many_as_data(_names: Names, rows: list[JsonValue], page: ShownPage) -> JsonValue:
    """``{"data": [...], "meta": {...}}``."""
    meta: JsonValue = {
        "current_page": page.number,
        "total_pages": page.last,
        "total_count": page.total,
    }
    return {"data": rows, "meta": meta}


def one_by_name(names: Names, value: JsonValue) -> JsonValue:
    """``{"customer": {...}}``."""
    return {names.one: value}


def many_by_name(names: Names, rows: list[JsonValue], _page: ShownPage) -> JsonValue:
    """``{"customers": [...]}``."""
    return {names.many: rows}


def one_bare(_names: Names, value: JsonValue) -> JsonValue:
    """The object itself."""
    return value


def many_bare(_names: Names, rows: list[JsonValue], _page: ShownPage) -> JsonValue:
    """The list itself."""
    return rows
