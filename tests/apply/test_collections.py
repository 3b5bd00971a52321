"""Aggregates that need rows of their own, and aggregates inside expressions."""

from __future__ import annotations

import json

import pytest

GROUPS_IN_GROUPS = (
    "groupby((region),groupby((rollup(product/category,product/name)),aggregate($count as n)))"
)
INNER_GROUPS = (
    "groupby((channel),filter(amount gt 9)/aggregate(amount with sum from region with max as x))"
)


@pytest.mark.parametrize(
    ("path", "apply", "rows"),
    [
        (
            "sales",
            "aggregate(amount with sum from region with average as x,$count as n)",
            [{"x": "11.45", "n": 7}],
        ),
        (
            "sales",
            "groupby((channel),aggregate(amount with sum from region with max as x,$count as n))",
            [{"channel": "Store", "x": "20.00", "n": 4}, {"channel": "Web", "x": "5.05", "n": 3}],
        ),
        (
            "sales",
            INNER_GROUPS,
            [{"channel": "Store", "x": "20.00"}, {"channel": "Web", "x": None}],
        ),
        (
            "products",
            "aggregate(sales/region with countdistinct as d,$count as n,name with max as m)",
            [{"d": 2, "n": 4, "m": "Stool"}],
        ),
        ("sales", "aggregate(product/sales/amount with sum as s)", [{"s": "35.35"}]),
        (
            "sales",
            "aggregate(product/sales/$count as n,product/sales/amount with average as a)",
            [{"n": 6, "a": "7.07"}],
        ),
        (
            "sales",
            "groupby((region),aggregate(product/sales/amount with sum as s,$count as n))",
            [
                {"region": None, "s": "5.25", "n": 1},
                {"region": "North", "s": "35.35", "n": 3},
                {"region": "South", "s": "30.10", "n": 3},
            ],
        ),
        (
            "products",
            "aggregate(sales/product/sales/amount with max as m,sales/product/sales/$count as n)",
            [{"m": "20.00", "n": 6}],
        ),
        ("sales", "aggregate(product with countdistinct as d)", [{"d": 3}]),
        ("sales", "aggregate(revenue)", [{"revenue": "34.35"}]),
        ("sales", "aggregate(revenue as r,pieces)", [{"r": "34.35", "pieces": 19}]),
        ("products", "aggregate(sales/revenue as r)", [{"r": "35.35"}]),
        ("sales", "aggregate(revenue from region with average as a)", [{"a": "11.45"}]),
        (
            "sales",
            "groupby((region),filter(amount gt 5)/groupby((channel),aggregate($count as n)))",
            [
                {"region": None, "channel": "Web", "n": 1},
                {"region": "North", "channel": "Store", "n": 1},
                {"region": "South", "channel": "Store", "n": 1},
            ],
        ),
    ],
)
def test_every_entity_counts_once(shop, path, apply, rows):
    assert shop.rows(apply, path=path) == rows


@pytest.mark.parametrize(
    ("apply", "options", "rows"),
    [
        (
            "groupby((region),concat(topcount(1,amount),aggregate(amount with sum as s)))",
            "&$select=id,region,s",
            [
                {"id": 4, "region": None},
                {"region": None, "s": "5.05"},
                {"id": 1, "region": "North"},
                {"region": "North", "s": "9.20"},
                {"id": 7, "region": "South"},
                {"region": "South", "s": "20.10"},
            ],
        ),
        (
            "groupby((product/category),concat(topcount(1,amount),aggregate($count as n)))",
            "&$select=id,product,n&$filter=product/category eq 'Seats'",
            [
                {"id": 7, "product": {"category": "Seats"}},
                {"product": {"category": "Seats"}, "n": 5},
            ],
        ),
        (
            "groupby((rollup($all,region)),concat(topcount(1,amount),aggregate($count as n)))",
            "&$select=id,region,n&$filter=region ne null or not isdefined(region)",
            [
                {"id": 1, "region": "North"},
                {"region": "North", "n": 3},
                {"id": 7, "region": "South"},
                {"region": "South", "n": 3},
                {"id": 7, "region": "South"},
                {"n": 7},
            ],
        ),
        (
            GROUPS_IN_GROUPS,
            "&$filter=region eq 'South'",
            [
                {"region": "South", "product": {"category": None, "name": "Lamp"}, "n": 1},
                {"region": "South", "product": {"category": "Seats", "name": "Chair"}, "n": 2},
                {"region": "South", "product": {"category": None}, "n": 1},
                {"region": "South", "product": {"category": "Seats"}, "n": 2},
            ],
        ),
    ],
)
def test_concatenations_stand_inside_groups(shop, apply, options, rows):
    assert shop.rows(apply, options) == rows


@pytest.mark.parametrize(
    ("path", "query", "keys"),
    [
        ("sales", "$filter=amount mul 3 ge $these/aggregate(amount with sum)", [7]),
        ("sales", "$filter=$these/$count eq 7 and id lt 3", [1, 2]),
        ("sales", "$apply=topcount($these/$count div 3,amount)", [1, 7]),
        ("sales", "$apply=groupby((region),topcount($these/$count div 2,amount))", [1, 7]),
        ("sales", "$apply=filter(amount gt $these/aggregate(amount with average))", [1, 7]),
        ("sales", "$apply=filter(amount eq $these/aggregate(amount with min))", [6]),
        ("sales", "$apply=filter(region eq $these/aggregate(region with max))", [2, 5, 7]),
        ("sales", "$apply=topsum($these/aggregate(amount with average),amount)", [7]),
        ("sales", "$apply=toppercent($these/$count,amount)", [7]),
        ("sales", "$apply=topcount(2,$these/$count sub id)", [1, 2]),
        ("products", "$filter=sales/aggregate(amount with sum) gt 6", [1]),
        ("products", "$filter=sales/aggregate(amount mul $it/id with sum) gt 6", [1, 2]),
        (
            "products",
            "$filter=sales/$filter(region eq 'North')/aggregate(amount with average) gt 6",
            [1],
        ),
        ("products", "$orderby=sales/aggregate(revenue) desc,id", [1, 2, 3, 4]),
        ("products", "$filter=sales/aggregate(region with countdistinct) eq 2", [1]),
    ],
)
def test_expressions_aggregate_collections(shop, path, query, keys):
    assert [row["id"] for row in shop.get(query, path)["value"]] == keys


def test_computed_values_see_the_whole_collection(shop):
    rows = shop.rows(
        "compute(amount sub $these/aggregate(amount with max) as below)/top(2)",
        "&$select=id,below",
    )

    assert rows == [{"id": 1, "below": "-10.00"}, {"id": 2, "below": "-19.90"}]


def test_custom_aggregates_are_declared(shop):
    _, text = shop.ask("$metadata", "$format=application/json")

    sales = json.loads(text)["Shop"]["Container"]["sales"]
    assert sales["@Org.OData.Aggregation.V1.CustomAggregate#revenue"] == "Edm.Decimal"
    assert sales["@Org.OData.Aggregation.V1.CustomAggregate#pieces"] == "Edm.Int64"


def test_a_complex_property_groups_by_its_members(shop):
    rows = shop.rows(
        "groupby((product/name,region),aggregate($count as n))/groupby((product),"
        "aggregate(n with sum as n2))",
        "&$filter=product/name ne null",
    )

    assert rows == [
        {"product": {"name": "Chair"}, "n2": 3},
        {"product": {"name": "Lamp"}, "n2": 1},
        {"product": {"name": "Stool"}, "n2": 2},
    ]
