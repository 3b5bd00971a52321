"""The floor of a page: rows from the driver, encoded by the fastest encoder, no server."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

import msgspec
import orjson
import psycopg

from models.connection import file_of
from models.customer import Customer

Encode = Callable[[object], bytes]

ENCODERS: dict[str, Encode] = {"orjson": orjson.dumps, "msgspec": msgspec.json.Encoder().encode}
_HIDDEN = ("company_id", "privacy_blocked")


class RawPages:
    """Pages of customers as dictionaries, fetched and encoded within this process."""

    def __init__(self, url: str, rows: int) -> None:
        fields = [field.column_name for field in Customer._meta.sorted_fields]
        self._names = [name for name in fields if name not in _HIDDEN]
        columns = ", ".join(f'"{name}"' for name in self._names)
        order = "company_id, number"
        self._sql = f"SELECT {columns} FROM customer ORDER BY {order} LIMIT {rows}"  # noqa: S608 - own names
        path = file_of(url)
        self._connection = (
            psycopg.connect(url, autocommit=True) if path is None else sqlite3.connect(path)
        )
        self._cursor = self._connection.cursor()

    def per_second(self, seconds: float) -> float:
        """Pages a second with the encoder that gives most."""
        return max(self._rate(encode, seconds / len(ENCODERS)) for encode in ENCODERS.values())

    def close(self) -> None:
        """Let the database go."""
        self._connection.close()

    def _rate(self, encode: Encode, seconds: float) -> float:
        pages, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            self._page(encode)
            pages += 1
        return pages / (time.perf_counter() - started)

    def _page(self, encode: Encode) -> bytes:
        names = self._names
        rows = self._cursor.execute(self._sql).fetchall()
        return encode({"value": [dict(zip(names, row, strict=True)) for row in rows]})
