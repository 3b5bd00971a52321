"""``$apply`` inside ``$expand``: each parent's collection is transformed on its own."""

from __future__ import annotations

import pytest


def _related(shop, apply, options=""):
    answer = shop.get(f"$expand=sales($apply={apply}{options})&$select=id", "products")
    return [
        [{name: item for name, item in row.items() if "@" not in name} for row in product["sales"]]
        for product in answer["value"]
    ]


@pytest.mark.parametrize(
    ("apply", "options", "related"),
    [
        (
            "aggregate(amount with sum as s,$count as n)",
            "",
            [
                [{"s": "30.10", "n": 3}],
                [{"s": "5.25", "n": 2}],
                [{"s": None, "n": 1}],
                [{"s": None, "n": 0}],
            ],
        ),
        (
            "filter(amount gt 1)/aggregate($count as n)",
            "",
            [[{"n": 2}], [{"n": 1}], [{"n": 0}], [{"n": 0}]],
        ),
        (
            "groupby((region),aggregate(amount with sum as s))",
            ";$filter=s gt 1;$orderby=s desc;$top=1",
            [[{"region": "South", "s": "20.10"}], [{"region": None, "s": "5.05"}], [], []],
        ),
        ("topcount(1,amount)", ";$select=id", [[{"id": 7}], [{"id": 4}], [{"id": 5}], []]),
        (
            "groupby((region),topcount(1,amount))",
            ";$select=id",
            [[{"id": 1}, {"id": 7}], [{"id": 3}, {"id": 4}], [{"id": 5}], []],
        ),
        (
            "concat(topcount(1,amount),aggregate(amount with sum as s))",
            ";$select=id,s",
            [
                [{"id": 7}, {"s": "30.10"}],
                [{"id": 4}, {"s": "5.25"}],
                [{"id": 5}, {"s": None}],
                [{"s": None}],
            ],
        ),
        (
            "groupby((rollup($all,region)),aggregate($count as n))",
            ";$filter=not isdefined(region)",
            [[{"n": 3}], [{"n": 2}], [{"n": 1}], [{"n": 0}]],
        ),
        (
            "aggregate(amount with sum from region with max as x,$count as n)",
            "",
            [
                [{"x": "20.10", "n": 3}],
                [{"x": "5.05", "n": 2}],
                [{"x": None, "n": 1}],
                [{"x": None, "n": 0}],
            ],
        ),
        ("search(north)", ";$select=id", [[{"id": 1}], [{"id": 3}], [], []]),
        (
            "compute(amount mul 2 as d)/top(1)",
            ";$select=d",
            [
                [{"d": "20.00"}],
                [{"d": "0.40"}],
                [{"d": None}],
                [],
            ],
        ),
        (
            "filter(amount gt $these/aggregate(amount with average))",
            ";$select=id",
            [[{"id": 7}], [{"id": 4}], [], []],
        ),
    ],
)
def test_each_parent_has_its_own_outcome(shop, apply, options, related):
    assert _related(shop, apply, options) == related


def test_these_are_the_related_entities_in_a_nested_filter(shop):
    answer = shop.get(
        "$expand=sales($filter=amount gt $these/aggregate(amount with average);$select=id)"
        "&$select=id&$top=2",
        "products",
    )

    assert [row["sales"] for row in answer["value"]] == [[{"id": 7}], [{"id": 4}]]


def test_the_context_lists_the_members_of_the_outcome(shop):
    answer = shop.get("$expand=sales($apply=aggregate($count as n))&$select=id", "products")

    assert answer["@odata.context"] == "http://localhost/$metadata#products(id,sales(n))"
    assert answer["value"][3]["sales"] == [{"@odata.id": None, "n@odata.type": "#Decimal", "n": 0}]


def test_levels_below_what_is_transformed_are_expanded(shop):
    answer = shop.get(
        "$expand=sales($apply=topcount(1,amount);$select=id;$expand=product($select=name))"
        "&$select=id&$top=1",
        "products",
    )

    assert answer["value"][0]["sales"] == [
        {"id": 7, "product": {"@odata.id": "products(1)", "name": "Chair"}}
    ]


def test_the_outcome_is_counted_and_paged(shop):
    answer = shop.get(
        "$expand=sales($apply=groupby((region));$count=true)&$select=id&$top=1",
        "products",
        prefer="odata.maxpagesize=1",
    )
    (product,) = answer["value"]
    link = product["sales@odata.nextLink"]

    assert product["sales@odata.count"] == 2
    assert product["sales"] == [{"@odata.id": None, "region": "North"}]
    assert link.startswith("http://localhost/products(1)/sales?$apply=groupby((region))")
    rest = shop.get(link.partition("?")[2], "products(1)/sales")
    assert rest["value"] == [{"@odata.id": None, "region": "South"}]


def test_one_statement_reads_the_outcomes_of_all_parents(shop, monkeypatch):
    apply = "groupby((region),aggregate(amount with sum as s))"
    _related(shop, apply)
    statements = []
    execute = shop.database.execute_sql

    def counting(sql, parameters=None):
        statements.append(sql)
        return execute(sql, parameters)

    monkeypatch.setattr(shop.database, "execute_sql", counting)

    _related(shop, apply)

    assert len(statements) == 2


@pytest.mark.parametrize("suffix", ["/$ref", "/$count"])
def test_references_and_counts_take_no_apply(shop, suffix):
    status, text = shop.ask("products", f"$expand=sales{suffix}($apply=identity)")

    assert status == 400
    assert "$apply" in text
