"""What the log of changes keeps as text: keys, and properties with their old and new values.

A property of a new row has ``new`` alone, any other one ``oldValue`` and ``newValue``. Where the
old value is null both forms mean the same: older entries have the longer one for new rows, too.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from odata.sql.fields import write_instant
from odata.sql.nodes import SqlExpression, sql
from odata.sql.value_text import duration_text

OldAndNew = tuple[object, object]

NO_PROPERTIES = "[]"
MILLISECONDS = 3
NEW = ',"new":'
_TEXTS = frozenset({str, type(None)})
_MICROSECOND = datetime.timedelta(microseconds=1)


def key_text(key: tuple[object, ...]) -> str:
    """The values of a key as one text."""
    if len(key) == 1 and type(key[0]) is str:
        return f"[{quoted(key[0])}]"
    return _ENCODER.encode(list(key))


def plain_key(key: tuple[object, ...]) -> str:
    """The values of a key as people write them: what audits are filtered by."""
    if len(key) == 1 and type(key[0]) is str:
        return key[0]
    return ",".join(_text(value) or "" for value in key)


def keys_of(key: tuple[object, ...]) -> tuple[str, str]:
    """The two texts of a key: as it is read again, and as people write it."""
    if len(key) == 1 and type(key[0]) is str:
        return f"[{quoted(key[0])}]", key[0]
    if _TEXTS.issuperset(map(type, key)):
        told = [quoted(item) if type(item) is str else "null" for item in key]
        plain = [item if type(item) is str else "" for item in key]
        return f"[{','.join(told)}]", ",".join(plain)
    return key_text(key), plain_key(key)


def write_properties(properties: Mapping[str, OldAndNew]) -> str:
    """Changed properties as the log keeps them: a list of names with texts of values."""
    told = [
        f'{{"name":{quoted(name)}{_old(old)}{value_json(new)}}}'
        for name, (old, new) in properties.items()
    ]
    return f"[{','.join(told)}]"


def _old(value: object) -> str:
    """What stands before a new value."""
    return NEW if value is None else f',"oldValue":{value_json(value)},"newValue":'


def value_json(value: object) -> str:
    """The text of a value as JSON has it: a string, or null."""
    write = _JSON_WRITERS.get(type(value))
    if write is not None:
        return write(value)
    text = _text(value)
    return "null" if text is None else quoted(text)


def instant_json(value: datetime.datetime) -> str:
    """The text of an aware instant as JSON has it."""
    return f'"{write_instant(value, MILLISECONDS)}Z"'


def read_properties(text: str) -> dict[str, tuple[str | None, str | None]]:
    """Changed properties with the texts of their old and new values."""
    return {
        item["name"]: (None, item["new"]) if "new" in item else (item["oldValue"], item["newValue"])
        for item in json.loads(text)
    }


def in_full(properties: SqlExpression) -> SqlExpression:
    """Kept properties with the old and the new value of each, as audits show them. No value has
    the beginning of a member in it: its quotes are escaped."""
    return sql(f"replace({{0}}, '{NEW}', ',\"oldValue\":null,\"newValue\":')", properties)


def _text(value: object) -> str | None:
    """The text of a value: as it stands in a payload, but for quotes around it."""
    if value is None or type(value) is str:
        return value
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Mapping | list):
        return _ENCODER.encode(value)
    return str(_plain(value))


def _plain(value: object) -> object:
    """A value in a form that JSON has."""
    if isinstance(value, datetime.datetime):
        return f"{write_instant(value, MILLISECONDS)}Z"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return duration_text(value // _MICROSECOND)
    if isinstance(value, bytes | memoryview):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
    return dict(value) if isinstance(value, Mapping) else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
quoted: Callable[[str], str] = json.encoder.encode_basestring
# The types of most values, which need not be asked for one after the other.
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: str,
    Decimal: str,
}
# The same as JSON: no digit needs to be escaped.
_JSON_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: quoted,
    type(None): lambda _value: "null",
    bool: lambda value: '"true"' if value else '"false"',
    int: lambda value: f'"{value}"',
    Decimal: lambda value: f'"{value}"',
    datetime.datetime: instant_json,
}
