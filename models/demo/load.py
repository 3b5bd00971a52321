"""Any number of further customers, the same ones on every machine, written fast."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import peewee

from models.base import NO_ID
from models.customer import Customer
from models.default_dimension import DefaultDimension
from models.demo.identifiers import CRONUS, id_of, tag_of
from models.demo.places import PLACES, Place
from models.demo.rows import Columns
from models.parts import DIMENSION_PARENTS

Cursor = Any  # of one driver or the other

_SEED = 20_250_215
_CHUNK = 5_000
_BEGINNINGS = ("Blue", "Bright", "Cedar", "Coastal", "Early", "Golden", "Harbor", "Iron", "Maple")
_MIDDLES = ("Bridge", "Field", "Forge", "Garden", "Lantern", "Mill", "Orchard", "River", "Summit")
_ENDS = ("Company", "Corporation", "Group", "Holdings", "Ltd.", "Partners", "Supply", "Works")
_CURRENCIES = ("", "", "", "", "CAD", "EUR", "GBP", "JPY")
_BLOCKED = (0,) * 17 + (1, 2, 3)
_TERMS = ("1M(8D)", "10 DAYS", "30 DAYS", "CM", "COD", "")
_METHODS = ("CHECK", "BANK", "CASH", "")
_SHIPMENTS = ("EXW", "CIF", "DDP", "")
_AREAS = ("10", "20", "40", "", "")
_GROUPS = ("LARGE", "MEDIUM", "SMALL", "", "")
_FIRST_CHANGE = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)
_SECONDS = 3 * 365 * 24 * 3600
_NO_DEBT_BELOW = 0.35
_OVERDUE_BELOW = 0.3
_PERSON_BELOW = 0.1


def add_load(database: peewee.Database, count: int) -> None:
    """Customers ``L0000001`` to the given one, each with up to two default dimensions."""
    draw = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    draw_dimensions = random.Random(_SEED)  # noqa: S311 - likewise
    ids = _Ids()
    numbers = iter(range(1, count + 1))
    first_id = _first_integer_id(database)
    cursor = database.cursor()  # type: ignore[no-untyped-call]  # Peewee's gap
    while chunk := list(islice(numbers, _CHUNK)):
        rows = [_customer(number, draw, ids) for number in chunk]
        if first_id is not None:
            rows = [{**row, "integer_id": first_id + n} for n, row in zip(chunk, rows, strict=True)]
        _write(cursor, database.param, Customer, rows)
        _write(cursor, database.param, DefaultDimension, _dimensions(rows, draw_dimensions, ids))
    # Not all tables: SQLite would take the search index, still empty, for a small table ever after
    # and read it from end to end at every merge.
    for table in ("customer", "default_dimension"):
        cursor.execute(f"ANALYZE {table}")
    cursor.close()


def _first_integer_id(database: peewee.Database) -> int | None:
    """What the integer ids of these customers begin behind; None where some are there already,
    so that the missing ones are numbered afterwards.

    A row that is numbered later is written twice.
    """
    if Customer.select(Customer.id).where(Customer.number.startswith("L0")).exists(database):
        return None
    return int(Customer.select(peewee.fn.MAX(Customer.integer_id)).scalar(database) or 0)


class _Ids(dict[tuple[str, str], str]):
    """Ids of what customers refer to, worked out once."""

    def __missing__(self, name: tuple[str, str]) -> str:
        table, code = name
        self[name] = id_of(CRONUS, table, code) if code else NO_ID
        return self[name]


def _customer(number: int, draw: random.Random, ids: _Ids) -> Columns:
    pick = draw.choice
    key = id_of(CRONUS, "customer", f"L{number:07d}")
    place: Place = pick(_TOWNS)
    currency = pick(_CURRENCIES)
    cents = 0 if draw.random() < _NO_DEBT_BELOW else draw.randrange(1, 9_000_000)
    overdue = draw.randrange(cents + 1) if draw.random() < _OVERDUE_BELOW else 0
    name = f"{pick(_BEGINNINGS)} {pick(_MIDDLES)} {pick(_ENDS)} {number}"
    moment = _instant(draw.randrange(_SECONDS))
    return {
        "id": key,
        "company_id": CRONUS,
        "etag": tag_of(key),
        "last_modified": moment,
        "created_date_time": moment,
        "number": f"L{number:07d}",
        "display_name": name,
        "type": int(draw.random() < _PERSON_BELOW),
        "address_line1": f"{draw.randrange(1, 900)} {place.street}",
        "address_line2": "",
        "city": place.city,
        "state": place.state,
        "country": place.country,
        "postal_code": place.postal_code,
        "phone_number": f"{place.dial}{number % 100:02d}",
        "email": f"accounts@l{number:07d}.example",
        "website": f"https://www.l{number:07d}.example",
        "tax_liable": number % 3 == 0,
        "tax_area_id": NO_ID,
        "tax_area_display_name": "",
        "tax_registration_number": "",
        "currency_id": ids["currency", currency],
        "currency_code": currency or "USD",
        "payment_terms_id": ids["payment_term", pick(_TERMS)],
        "shipment_method_id": ids["shipment_method", pick(_SHIPMENTS)],
        "payment_method_id": ids["payment_method", pick(_METHODS)],
        "blocked": pick(_BLOCKED),
        "balance": cents,
        "overdue_amount": overdue,
        "total_sales_excluding_tax": cents * 7,
        "salesperson_code": "",
        "balance_due": overdue,
        "credit_limit": 0,
        "privacy_blocked": False,
    }


def _dimensions(customers: Iterable[Columns], draw: random.Random, ids: _Ids) -> list[Columns]:
    return [
        _dimension(customer, dimension, value, ids)
        for customer in customers
        for dimension, value in (
            ("AREA", draw.choice(_AREAS)),
            ("CUSTOMERGROUP", draw.choice(_GROUPS)),
        )
        if value
    ]


def _dimension(customer: Columns, dimension: str, value: str, ids: _Ids) -> Columns:
    key = id_of(CRONUS, "default_dimension", f"{customer['number']}/{dimension}")
    return {
        "id": key,
        "company_id": CRONUS,
        "etag": tag_of(key),
        "last_modified": customer["last_modified"],
        "parent_type": DIMENSION_PARENTS["customer"],
        "parent_id": customer["id"],
        "dimension_id": ids["dimension", dimension],
        "dimension_code": dimension,
        "dimension_value_id": ids["dimension_value", f"{dimension}/{value}"],
        "dimension_value_code": value,
        "posting_validation": 0,
    }


def _instant(seconds: int) -> str:
    moment = _FIRST_CHANGE + datetime.timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000"


def _write(cursor: Cursor, place: str, model: type[peewee.Model], rows: list[Columns]) -> None:
    """Insert stored values by the driver itself; rows that are there already stay."""
    if not rows:
        return
    table = model._meta  # noqa: SLF001 - Peewee's published name for it
    names = [f'"{field.column_name}"' for field in table.sorted_fields]
    places = ", ".join([place] * len(names))
    statement = (
        f'INSERT INTO "{table.table_name}" ({", ".join(names)}) '  # noqa: S608 - own names
        f"VALUES ({places}) ON CONFLICT DO NOTHING"
    )
    defaults = {field.name: _default(field) for field in table.sorted_fields}
    cursor.executemany(statement, _values(rows, defaults))


def _default(field: peewee.Field) -> object:
    """What is stored where a row says nothing."""
    return None if field.default is None else field.db_value(field.default)  # type: ignore[no-untyped-call]  # Peewee's gap


def _values(rows: Iterable[Columns], defaults: Columns) -> Iterator[tuple[object, ...]]:
    return (tuple({**defaults, **row}.values()) for row in rows)


_TOWNS = tuple(PLACES.values())
