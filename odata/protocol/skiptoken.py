"""Skip tokens: the place in an order from which the next page goes on.

A token holds the values of the last row's sort terms, signed together with what it may be
used for. Some clients fish tokens out of links by a pattern, so it consists of lower-case
letters and digits alone (client reference §0, behaviour 2).

Cites: OData Protocol 11.2.6.7 (server-driven paging), URL Conventions 5.1.8 ($skiptoken).
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from odata.edm.types import INTEGER_TYPES, Primitive
from odata.errors import BadRequestError

_MAC_LENGTH = 12
_BLOCK = 8
_PURPOSE = b"skip token 1"
_SELECTING = ("$apply", "$compute", "$filter", "$orderby", "$search")
_MICROSECOND = datetime.timedelta(microseconds=1)

TypedValue = tuple[Primitive, object]


class SkipTokens:
    """Writes and reads tokens that only the holder of the secret can make, those of the option
    ``$skiptoken`` or of another one."""

    def __init__(self, secret: bytes, option: str = "$skiptoken") -> None:
        self._key = hmac.digest(secret, _PURPOSE, hashlib.sha256)
        self._option = option

    def write(self, values: Iterable[TypedValue], binding: str) -> str:
        """The token of these sort values; ``binding`` names what it is good for."""
        listed = tuple(values)
        texts = [None if value is None else _write(kind, value) for kind, value in listed]
        payload = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()
        mac = self._mac(payload, binding, [kind for kind, _ in listed])
        return base64.b32encode(mac + payload).decode("ascii").rstrip("=").lower()

    def read(self, token: str, binding: str, kinds: Sequence[Primitive]) -> list[object]:
        """The sort values of a token that was written for this binding and these types."""
        content = self._decode(token)
        mac, payload = content[:_MAC_LENGTH], content[_MAC_LENGTH:]
        if not hmac.compare_digest(mac, self._mac(payload, binding, kinds)):
            raise self._refusal()
        texts: list[str | None] = json.loads(payload)
        return [
            None if text is None else _read(kind, text)
            for kind, text in zip(kinds, texts, strict=True)
        ]

    def _mac(self, payload: bytes, binding: str, kinds: Iterable[Primitive]) -> bytes:
        types = ",".join(kind.value for kind in kinds)
        bound = hashlib.sha256(f"{types}\0{binding}".encode("utf-8", "surrogatepass")).digest()
        return hmac.digest(self._key, bound + payload, hashlib.sha256)[:_MAC_LENGTH]

    def _decode(self, token: str) -> bytes:
        padding = "=" * (-len(token) % _BLOCK)
        try:
            return base64.b32decode(token.encode("ascii") + padding.encode(), casefold=True)
        except (UnicodeEncodeError, binascii.Error) as error:
            raise self._refusal() from error

    def _refusal(self) -> BadRequestError:
        return BadRequestError(
            f"the {self._option} does not belong to this request, ask for the first page again",
            target=self._option,
        )


def binding_of(scope: str | None, path: str, options: Mapping[str, str]) -> str:
    """What a token is good for: the scope, the path and the options that choose and order.

    Clients repeat the rest of the query as they like, so it takes no part.
    """
    chosen = {name: options[name] for name in _SELECTING if name in options}
    return json.dumps([scope, path, chosen], separators=(",", ":"))


# --- values -------------------------------------------------------------------------------


def _write(kind: Primitive, value: object) -> str:
    return _WRITERS.get(kind, str)(value)


def _read(kind: Primitive, text: str) -> object:
    return _READERS.get(kind, str)(text)


def _write_boolean(value: object) -> str:
    # SQLite hands out 0 and 1.
    return str(bool(value))


def _write_binary(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _write_duration(value: object) -> str:
    return str(value // _MICROSECOND) if isinstance(value, datetime.timedelta) else str(value)


def _read_duration(text: str) -> datetime.timedelta:
    return int(text) * _MICROSECOND


_WRITERS: Mapping[Primitive, Callable[[object], str]] = {
    Primitive.BINARY: _write_binary,
    Primitive.BOOLEAN: _write_boolean,
    Primitive.DOUBLE: repr,
    Primitive.SINGLE: repr,
    Primitive.DURATION: _write_duration,
}
_READERS: Mapping[Primitive, Callable[[str], object]] = {
    **dict.fromkeys(INTEGER_TYPES, int),
    Primitive.BINARY: bytes.fromhex,
    Primitive.BOOLEAN: "True".__eq__,
    Primitive.DATE: datetime.date.fromisoformat,
    Primitive.DATE_TIME_OFFSET: datetime.datetime.fromisoformat,
    Primitive.DECIMAL: Decimal,
    Primitive.DOUBLE: float,
    Primitive.SINGLE: float,
    Primitive.DURATION: _read_duration,
    Primitive.TIME_OF_DAY: datetime.time.fromisoformat,
}
