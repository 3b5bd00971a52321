"""What the metadata says about searching and aggregating is what is served."""

from __future__ import annotations

import json

import pytest

from odata.edm.aggregation import APPLY_SUPPORTED
from odata.edm.annotations import CollectionValue, RecordValue

CALLS = {
    "aggregate": "aggregate($count as n)",
    "groupby": "groupby((region))",
    "filter": "filter(amount gt 1)",
    "search": "search(north)",
    "compute": "compute(amount mul 2 as d)",
    "orderby": "orderby(amount)",
    "skip": "skip(1)",
    "top": "top(1)",
    "topcount": "topcount(1,amount)",
    "topsum": "topsum(1,amount)",
    "toppercent": "toppercent(1,amount)",
    "bottomcount": "bottomcount(1,amount)",
    "bottomsum": "bottomsum(1,amount)",
    "bottompercent": "bottompercent(1,amount)",
    "concat": "concat(identity,identity)",
    "identity": "identity",
}


def _supported(shop, entity_set: str) -> RecordValue:
    found = dict(shop.engine.source.model.entity_sets[entity_set].annotations)[APPLY_SUPPORTED]
    assert isinstance(found, RecordValue)
    return found


def _items(record: RecordValue, name: str) -> tuple:
    (value,) = [entry.value for entry in record.entries if entry.name == name]
    assert isinstance(value, CollectionValue)
    return value.items


def test_every_listed_transformation_is_served(shop):
    listed = _items(_supported(shop, "sales"), "Transformations")

    assert sorted(listed) == sorted(CALLS)
    for name in listed:
        assert shop.ask("sales", f"$apply={CALLS[name]}")[0] == 200, name


def test_search_is_listed_only_where_something_is_searchable(shop):
    assert "search" not in _items(_supported(shop, "products"), "Transformations")


def test_every_listed_property_is_groupable(shop):
    paths = [item.path for item in _items(_supported(shop, "sales"), "GroupableProperties")]

    assert paths == ["id", "productId", "region", "amount", "quantity", "weight", "channel"]
    for path in paths:
        assert shop.ask("sales", f"$apply=groupby(({path}))")[0] == 200, path


def test_every_listed_method_is_served(shop):
    for item in _items(_supported(shop, "sales"), "AggregatableProperties"):
        (path,) = [entry.value.path for entry in item.entries if entry.name == "Property"]
        for method in _items(item, "SupportedAggregationMethods"):
            apply = f"aggregate({path} with {method} as x)"
            assert shop.ask("sales", f"$apply={apply}")[0] == 200, apply


@pytest.mark.parametrize(("name", "searchable"), [("sales", True), ("products", False)])
def test_searchable_says_whether_search_is_served(shop, name, searchable):
    status, text = shop.ask("$metadata", "$format=application/json")

    container = json.loads(text)["Shop"]["Container"]
    restrictions = container[name].get("@Org.OData.Capabilities.V1.SearchRestrictions", {})
    assert status == 200
    assert restrictions.get("Searchable", True) is searchable
    assert shop.ask(name, "$search=x")[0] == (200 if searchable else 501)
