"""A small model to aggregate over: sales of products, with nulls where there can be some."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import peewee

from models.connection import open_database
from odata.edm.aggregation import CustomAggregate
from odata.edm.types import EnumMember, EnumType, Primitive
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from odata.sql.dialects import dialect_of
from odata.sql.expose import Exposure, column, publish, to_many, to_one
from odata.sql.fields import EnumField, ScaledDecimalField
from odata.sql.search import install_all

CHANNEL = EnumType("channel", "Shop", (EnumMember("Store", 0), EnumMember("Web", 1)))


class Product(peewee.Model):
    """What is sold."""

    id = peewee.IntegerField(primary_key=True)
    name = peewee.TextField()
    category = peewee.TextField(null=True)


class Sale(peewee.Model):
    """One sale; ``amount`` has two digits after the point."""

    id = peewee.IntegerField(primary_key=True)
    product_id = peewee.IntegerField(null=True)
    region = peewee.TextField(null=True)
    amount = ScaledDecimalField(18, 2, null=True)
    quantity = peewee.IntegerField(null=True)
    weight = peewee.DoubleField(null=True)
    channel = EnumField(CHANNEL, default=0)


MODELS = (Product, Sale)
PRODUCTS = ((1, "Chair", "Seats"), (2, "Stool", "Seats"), (3, "Lamp", None), (4, "Desk", "Tables"))
SALES = (
    (1, 1, "North", "10.00", 1, 1.5, 0),
    (2, 1, "South", "0.10", 2, 1.5, 1),
    (3, 2, "North", "0.20", 3, 0.5, 0),
    (4, 2, None, "5.05", None, None, 1),
    (5, 3, "South", None, 5, 2.25, 0),
    (6, None, "North", "-1.00", 7, 4.0, 1),
    (7, 1, "South", "20.00", 1, 1.0, 0),
)


def source_of(database: peewee.Database) -> Any:
    """The model over a database."""
    product = Exposure(
        Product,
        "product",
        "products",
        properties=(column(Product.id), column(Product.name), column(Product.category)),
        navigation=(to_many("sales", "sale", on=(("id", "productId"),), contained=False),),
    )
    sale = Exposure(
        Sale,
        "sale",
        "sales",
        properties=(
            column(Sale.id),
            column(Sale.product_id),
            column(Sale.region, searchable=True),
            column(Sale.amount),
            column(Sale.quantity),
            column(Sale.weight),
            column(Sale.channel),
        ),
        navigation=(to_one("product", "product", on=(("productId", "id"),), contained=False),),
        custom_aggregates=(
            CustomAggregate("revenue", "amount with sum", Primitive.DECIMAL),
            CustomAggregate("pieces", "quantity mul 1 with sum", Primitive.INT64),
        ),
    )
    return publish("Shop", (product, sale), database=database)


def fill_shop(url: str) -> None:
    """The tables with their rows."""
    database = open_database(url)
    with database.bind_ctx(MODELS):
        database.create_tables(MODELS)
        Product.insert_many(PRODUCTS, fields=Product._meta.sorted_fields).execute()
        add_sales(SALES)
        install_all(source_of(database), dialect_of(database))
    database.close()


def add_sales(rows: Iterable[tuple[Any, ...]]) -> None:
    """Add sales whose amounts are texts."""
    for row in rows:
        amount = None if row[3] is None else Decimal(row[3])
        fields = dict(zip((item.name for item in Sale._meta.sorted_fields), row, strict=True))
        Sale.create(force_insert=True, **(fields | {"amount": amount}))


class Shop:
    """Asks an engine over the model."""

    def __init__(self, database: peewee.Database, page_size: int = 1000) -> None:
        self.database = database
        settings = EngineSettings(secret=b"shop", page_size=page_size)
        self.engine = Engine(source_of(database), settings)

    def ask(self, path: str, query: str = "", **headers: str) -> tuple[int, str]:
        """Status and text of the answer to GET with a readable query."""
        request = self.request(path, quote(query, safe="=&$(),/'"))
        request.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.engine.handle(request)
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return response.status, body.decode()

    def request(self, path: str, query: str) -> Request:
        """GET with an encoded query."""
        return Request(
            "GET",
            "http://localhost/",
            path,
            query,
            {},
            b"",
            Principal("tester", frozenset({"reader"})),
        )

    def get(self, query: str, path: str = "sales", **headers: str) -> Any:
        """The JSON of an answer that succeeds."""
        status, text = self.ask(path, query, **headers)
        assert status == 200, text
        return json.loads(text, parse_float=str)

    def rows(self, apply: str, options: str = "", path: str = "sales") -> list[dict[str, Any]]:
        """The rows that transformations give, without control information, numbers as they
        are written."""
        answer = self.get(f"$apply={apply}{options}", path)
        return [_plain(row) for row in answer["value"]]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if "@" not in name}
