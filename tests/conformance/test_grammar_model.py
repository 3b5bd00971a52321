"""Grammar cases that are wrong because of the model alone, against a service with that model."""

from __future__ import annotations

import json

import peewee
import pytest

from odata.edm.model import Operation, OperationImport, OperationKind, ReturnType
from odata.edm.types import ComplexType, Facets, Primitive, Property
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from odata.sql import fields
from odata.sql.expose import Exposure, column, publish, stream, to_many, to_one
from odata.sql.mapping import ColumnMapping, ComplexMapping
from tests.conformance.test_grammar import _FILE, _NEEDS_MODEL
from tests.technical import Portraits

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not _FILE.exists(), reason="no grammar cases"),
]

_READER = Principal("reader", frozenset({"reader"}))
_REFUSED = (400, 404)
# ``more`` is a custom option without a value, which the grammar allows and a service ignores.
_NOT_OF_THE_MODEL = {"04cf038c62cd"}


class Category(peewee.Model):
    ID = peewee.IntegerField(primary_key=True)


class Product(peewee.Model):
    ID = peewee.IntegerField(primary_key=True)
    Name = peewee.TextField()
    CategoryID = peewee.IntegerField()


class Sale(peewee.Model):
    ID = peewee.IntegerField(primary_key=True)
    Amount = fields.ScaledDecimalField(18, 2)
    ProductID = peewee.IntegerField()
    Time = peewee.TextField()
    ShipToCity = peewee.TextField()


_MODELS = (Category, Product, Sale)


def _shipped_to() -> ComplexMapping:
    city = Property("City", Primitive.STRING)
    address = ComplexType("Address", "Model", (city,))
    definition = Property("ShipTo", address, Facets(nullable=False))
    return ComplexMapping(definition, address, {"City": ColumnMapping(city, Sale.ShipToCity)})


def _category() -> Exposure:
    return Exposure(
        Category,
        "Category",
        "Categories",
        (column(Category.ID, "ID"), stream("Thumbnail", Portraits())),
        (to_many("Products", "Product", on=(("ID", "CategoryID"),), contained=False),),
        key=("ID",),
    )


def _product() -> Exposure:
    return Exposure(
        Product,
        "Product",
        "Products",
        (
            column(Product.ID, "ID"),
            column(Product.Name, "Name"),
            column(Product.CategoryID, "CategoryID"),
        ),
        (to_many("Sales", "Sale", on=(("ID", "ProductID"),), contained=False),),
        key=("ID",),
    )


def _sale() -> Exposure:
    return Exposure(
        Sale,
        "Sale",
        "Sales",
        (
            column(Sale.ID, "ID"),
            column(Sale.Amount, "Amount"),
            column(Sale.ProductID, "ProductID"),
            column(Sale.Time, "Time"),
            _shipped_to(),
        ),
        (to_one("Product", "Product", on=(("ProductID", "ID"),), contained=False),),
        key=("ID",),
    )


@pytest.fixture(scope="module")
def engine() -> Engine:
    database = peewee.SqliteDatabase(":memory:")
    for model in _MODELS:
        model.bind(database)
    database.create_tables(_MODELS)
    source = publish("Model", (_category(), _product(), _sale()), database=database)
    product = source.model.entity_types["Product"]
    best = Operation(
        "BestProduct",
        "Model",
        OperationKind.FUNCTION,
        is_bound=False,
        returns=ReturnType(product),
    )
    source.model.operations = (best,)
    source.model.operation_imports["TheBestProduct"] = OperationImport("TheBestProduct", best)
    return Engine(source, EngineSettings(secret=b"grammar"))


def _cases() -> list[object]:
    if not _FILE.exists():
        return []
    listed = json.loads(_FILE.read_text(encoding="utf-8"))["cases"]
    wrong = [case for case in listed if case["needs_model"] or case["id"] in _NEEDS_MODEL]
    return [
        pytest.param(case, id=case["id"]) for case in wrong if case["id"] not in _NOT_OF_THE_MODEL
    ]


def _target(case: dict[str, str]) -> tuple[str, str]:
    """The path and the query of a case; a query alone asks for what it was written for."""
    if case["rule"] != "queryOptions":
        path, _, query = case["input"].partition("?")
        return path, query
    return ("Products" if "Sales/" in case["input"] else "Sales"), case["input"]


@pytest.mark.parametrize("case", _cases())
def test_what_the_model_rules_out_is_refused(engine: Engine, case: dict[str, str]) -> None:
    path, query = _target(case)

    response = engine.handle(Request("GET", "http://host/", path, query, principal=_READER))

    assert response.status in _REFUSED


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("Categories", "$expand=Products"),
        ("Sales", "$apply=aggregate(Amount with sum as Total)"),
        ("Products", "$apply=groupby((Name))"),
    ],
)
def test_what_the_model_allows_is_served(engine: Engine, path: str, query: str) -> None:
    response = engine.handle(Request("GET", "http://host/", path, query, principal=_READER))

    assert response.status == 200
