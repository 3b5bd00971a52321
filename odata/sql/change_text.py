"""What the log of changes keeps as text: keys, and properties with their old and new values."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from odata.sql.fields import write_instant
from odata.sql.value_text import duration_text

OldAndNew = tuple[object, object]

MILLISECONDS = 3
_MICROSECOND = datetime.timedelta(microseconds=1)


def key_text(key: tuple[object, ...]) -> str:
    """The values of a key as one text."""
    return _ENCODER.encode(list(key))


def plain_key(key: tuple[object, ...]) -> str:
    """The values of a key as people write them: what audits are filtered by."""
    return ",".join(_text(value) or "" for value in key)


def write_properties(properties: Mapping[str, OldAndNew]) -> str:
    """Changed properties as the log keeps them: a list of names with texts of values."""
    told = [
        f'{{"name":{_quoted(name)},"oldValue":{_json(old)},"newValue":{_json(new)}}}'
        for name, (old, new) in properties.items()
    ]
    return f"[{','.join(told)}]"


def _json(value: object) -> str:
    text = _text(value)
    return "null" if text is None else _quoted(text)


def read_properties(text: str) -> dict[str, tuple[str | None, str | None]]:
    """Changed properties with the texts of their old and new values."""
    return {item["name"]: (item["oldValue"], item["newValue"]) for item in json.loads(text)}


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
_quoted = json.encoder.encode_basestring
# The types of most values, which need not be asked for one after the other.
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: str,
    Decimal: str,
}
