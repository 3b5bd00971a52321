"""``$apply`` transformation by transformation, the same rows on every database."""

from __future__ import annotations

import pytest

# Numbers with a fraction are given as the text that is written: every digit counts.
_AGGREGATED = [
    (
        (
            "aggregate(amount with sum as s,amount with min as a,"
            "amount with max as b,amount with average as c,"
            "region with countdistinct as d,$count as n)"
        ),
        [{"s": "34.35", "a": "-1.00", "b": "20.00", "c": "5.725", "d": 2, "n": 7}],
    ),
    (
        (
            "aggregate(quantity with sum as s,quantity with average as a,"
            "weight with sum as w,weight with average as v)"
        ),
        [{"s": 19, "a": "3.166666666667", "w": "10.75", "v": "1.7916666666666667"}],
    ),
    (
        "aggregate(amount mul 2 with max as m,amount add quantity with sum as s)",
        [{"m": "40.00", "s": "43.30"}],
    ),
    (
        (
            "filter(id gt 100)/aggregate(amount with sum as s,amount with min as a,"
            "amount with average as c,region with countdistinct as d,$count as n)"
        ),
        [{"s": None, "a": None, "c": None, "d": 0, "n": 0}],
    ),
    ("aggregate(product/name with max as m)", [{"m": "Stool"}]),
    ("aggregate(channel with max as m,region with min as r)", [{"m": "Web", "r": "North"}]),
    ("groupby((region))", [{"region": None}, {"region": "North"}, {"region": "South"}]),
    (
        "groupby((region),aggregate(amount with sum as s,$count as n))",
        [
            {"region": None, "s": "5.05", "n": 1},
            {"region": "North", "s": "9.20", "n": 3},
            {"region": "South", "s": "20.10", "n": 3},
        ],
    ),
    (
        "groupby((region,channel),aggregate($count as n))",
        [
            {"region": None, "channel": "Web", "n": 1},
            {"region": "North", "channel": "Store", "n": 2},
            {"region": "North", "channel": "Web", "n": 1},
            {"region": "South", "channel": "Store", "n": 2},
            {"region": "South", "channel": "Web", "n": 1},
        ],
    ),
    (
        "groupby((product/category),aggregate(amount with sum as s))",
        [
            {"product": {"category": None}, "s": "-1.00"},
            {"product": {"category": "Seats"}, "s": "35.35"},
        ],
    ),
    (
        "groupby((product/category,product/name,region))",
        [
            {"product": {"category": None, "name": None}, "region": "North"},
            {"product": {"category": None, "name": "Lamp"}, "region": "South"},
            {"product": {"category": "Seats", "name": "Chair"}, "region": "North"},
            {"product": {"category": "Seats", "name": "Chair"}, "region": "South"},
            {"product": {"category": "Seats", "name": "Stool"}, "region": None},
            {"product": {"category": "Seats", "name": "Stool"}, "region": "North"},
        ],
    ),
    (
        "groupby((region),filter(amount gt 1)/aggregate(amount with sum as s,$count as n))",
        [
            {"region": None, "s": "5.05", "n": 1},
            {"region": "North", "s": "10.00", "n": 1},
            {"region": "South", "s": "20.00", "n": 1},
        ],
    ),
    (
        "groupby((region),topcount(2,amount)/aggregate(amount with sum as s))",
        [
            {"region": None, "s": "5.05"},
            {"region": "North", "s": "10.20"},
            {"region": "South", "s": "20.10"},
        ],
    ),
    (
        "filter(amount gt 0)/groupby((region),aggregate($count as n))/filter(n gt 1)",
        [{"region": "North", "n": 2}, {"region": "South", "n": 2}],
    ),
    (
        "compute(amount mul quantity as total)/groupby((region),aggregate(total with sum as t))",
        [
            {"region": None, "t": None},
            {"region": "North", "t": "3.60"},
            {"region": "South", "t": "20.20"},
        ],
    ),
    (
        "groupby((region),aggregate(amount with sum as s))/compute(s div 3 as third)",
        [
            {"region": None, "s": "5.05", "third": "1.683333333333"},
            {"region": "North", "s": "9.20", "third": "3.066666666667"},
            {"region": "South", "s": "20.10", "third": "6.7"},
        ],
    ),
    ("search(north)/aggregate($count as n)", [{"n": 3}]),
    (
        "groupby((rollup(region,channel)),aggregate($count as n))",
        [
            {"region": None, "channel": "Web", "n": 1},
            {"region": "North", "channel": "Store", "n": 2},
            {"region": "North", "channel": "Web", "n": 1},
            {"region": "South", "channel": "Store", "n": 2},
            {"region": "South", "channel": "Web", "n": 1},
            {"region": None, "n": 1},
            {"region": "North", "n": 3},
            {"region": "South", "n": 3},
        ],
    ),
    (
        "groupby((rollup($all,product/category)),aggregate($count as n))",
        [
            {"product": {"category": None}, "n": 2},
            {"product": {"category": "Seats"}, "n": 5},
            {"n": 7},
        ],
    ),
    (
        "groupby((rollup(region,channel),product/name),aggregate($count as n))",
        [
            {"region": None, "channel": "Web", "product": {"name": "Stool"}, "n": 1},
            {"region": "North", "channel": "Store", "product": {"name": "Chair"}, "n": 1},
            {"region": "North", "channel": "Store", "product": {"name": "Stool"}, "n": 1},
            {"region": "North", "channel": "Web", "product": {"name": None}, "n": 1},
            {"region": "South", "channel": "Store", "product": {"name": "Chair"}, "n": 1},
            {"region": "South", "channel": "Store", "product": {"name": "Lamp"}, "n": 1},
            {"region": "South", "channel": "Web", "product": {"name": "Chair"}, "n": 1},
            {"region": None, "product": {"name": "Stool"}, "n": 1},
            {"region": "North", "product": {"name": None}, "n": 1},
            {"region": "North", "product": {"name": "Chair"}, "n": 1},
            {"region": "North", "product": {"name": "Stool"}, "n": 1},
            {"region": "South", "product": {"name": "Chair"}, "n": 2},
            {"region": "South", "product": {"name": "Lamp"}, "n": 1},
        ],
    ),
    ("orderby(amount)/top(2)/aggregate(amount with max as m)", [{"m": "-1.00"}]),
    (
        "concat(topcount(1,amount),aggregate(amount with sum as total))",
        [
            {
                "id": 7,
                "productId": 1,
                "region": "South",
                "amount": "20.00",
                "quantity": 1,
                "weight": 1,
                "channel": "Store",
            },
            {"total": "34.35"},
        ],
    ),
    (
        (
            "concat(groupby((region),aggregate($count as n)),groupby((channel),"
            "aggregate($count as n)))"
        ),
        [
            {"region": None, "n": 1},
            {"region": "North", "n": 3},
            {"region": "South", "n": 3},
            {"n": 4, "channel": "Store"},
            {"n": 3, "channel": "Web"},
        ],
    ),
    ("concat(aggregate(amount with sum as v),aggregate($count as v))", [{"v": "34.35"}, {"v": 7}]),
    ("aggregate(amount with sum from region with average as a)", [{"a": "11.45"}]),
    (
        "groupby((channel),aggregate(amount with sum from region with max as a))",
        [{"channel": "Store", "a": "20.00"}, {"channel": "Web", "a": "5.05"}],
    ),
    ("groupby((region))/groupby((region))/aggregate($count as n)", [{"n": 3}]),
    (
        "groupby((region),groupby((channel),aggregate(amount with sum as s)))",
        [
            {"region": None, "channel": "Web", "s": "5.05"},
            {"region": "North", "channel": "Store", "s": "10.20"},
            {"region": "North", "channel": "Web", "s": "-1.00"},
            {"region": "South", "channel": "Store", "s": "20.00"},
            {"region": "South", "channel": "Web", "s": "0.10"},
        ],
    ),
    (
        "aggregate(amount with sum from region,channel with max from region with min as a)",
        [{"a": "5.05"}],
    ),
]

_KEPT = [
    ("groupby((region),topcount(1,amount))", [1, 4, 7]),
    ("topcount(2,amount)", [1, 7]),
    ("bottomcount(2,quantity)", [1, 4]),
    ("topsum(25,amount)", [1, 7]),
    ("toppercent(60,amount)", [1, 7]),
    ("bottomsum(1,amount)", [2, 3, 4, 6]),
    ("bottompercent(50,quantity)", [1, 2, 3, 5, 7]),
    ("orderby(quantity desc)/top(2)", [6, 5]),
    ("orderby(quantity desc)/skip(5)", [7, 4]),
    ("identity", [1, 2, 3, 4, 5, 6, 7]),
]

_OVER_COLLECTIONS = [
    (
        (
            "aggregate(sales/$count as n,sales/amount with sum as s,"
            "sales/amount with min as a,sales/amount with max as b,"
            "sales/amount with average as c)"
        ),
        [{"n": 6, "s": "35.35", "a": "0.10", "b": "20.00", "c": "7.07"}],
    ),
    (
        "groupby((category),aggregate(sales/$count as n,sales/amount with sum as s))",
        [
            {"category": None, "n": 1, "s": None},
            {"category": "Seats", "n": 5, "s": "35.35"},
            {"category": "Tables", "n": 0, "s": None},
        ],
    ),
    ("aggregate(sales/region with countdistinct as d)", [{"d": 2}]),
    (
        "groupby((category),aggregate(sales/region with countdistinct as d))",
        [{"category": None, "d": 1}, {"category": "Seats", "d": 2}, {"category": "Tables", "d": 0}],
    ),
    ("aggregate(sales/$count($filter=amount gt 1) as n)", [{"n": 3}]),
    ("aggregate(sales/product/name with max as m)", [{"m": "Stool"}]),
    ("filter(sales/any(s:s/amount gt 6))/groupby((category))", [{"category": "Seats"}]),
]


@pytest.mark.parametrize(("apply", "rows"), _AGGREGATED)
def test_rows_become_others(shop, apply, rows):
    assert shop.rows(apply) == rows


@pytest.mark.parametrize(("apply", "ids"), _KEPT)
def test_some_rows_are_kept(shop, apply, ids):
    assert [row["id"] for row in shop.rows(apply)] == ids


@pytest.mark.parametrize(("apply", "rows"), _OVER_COLLECTIONS)
def test_related_entities_are_aggregated_once(shop, apply, rows):
    assert shop.rows(apply, path="products") == rows
