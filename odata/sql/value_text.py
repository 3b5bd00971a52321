"""Texts of values that no database writes as OData wants them."""

from __future__ import annotations

import base64
import datetime
from urllib.parse import quote

_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_MINUTE = 60_000_000
_SECOND = 1_000_000


def duration_text(microseconds: int | None) -> str | None:
    """A number of microseconds as an ISO 8601 duration (``P1DT2H3M4.5S``)."""
    if microseconds is None:
        return None
    sign, rest = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    days, rest = divmod(rest, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds, fraction = divmod(rest, _SECOND)
    date = f"{days}D" if days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        digits = f".{fraction:06d}".rstrip("0") if fraction else ""
        clock += f"{seconds}{digits}S"
    if not date and not clock:
        return "PT0S"
    return f"{sign}P{date}" + (f"T{clock}" if clock else "")


def binary_text(content: bytes | None) -> str | None:
    """Bytes as base64url with padding."""
    return None if content is None else base64.urlsafe_b64encode(bytes(content)).decode()


def key_text(value: object) -> str:
    """A string key as it stands in a URL inside JSON text."""
    return "'" + quote(str(value).replace("'", "''"), safe="'") + "'"


def instant_text(value: str | datetime.datetime) -> str:
    """A stored instant as it travels: the shortest fraction, and ``Z``."""
    text = value if isinstance(value, str) else value.isoformat(timespec="microseconds")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + "Z"


def clock_text(value: str | datetime.time) -> str:
    """A stored time of day as it travels."""
    text = value if isinstance(value, str) else value.isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") if "." in text else text


def flags_text(number: int, members: dict[int, str]) -> str:
    """The names of the flags that are set, separated by commas."""
    if number in members:
        return members[number]
    return ",".join(text for bit, text in members.items() if bit and number & bit == bit)
