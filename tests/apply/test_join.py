"""``join`` and ``outerjoin``: rows beside what they are related to."""

from __future__ import annotations

import pytest

JOINED_GROUPS = (
    "join(sales as Sale)"
    "/groupby((category,Sale/channel),aggregate(Sale/amount with sum as s,$count as n))"
)


def _pairs(shop, apply, options=""):
    query = f"$apply={apply}{options}&$select=id&$expand=Sale($select=id)"
    rows = shop.get(query, "products")["value"]
    return [(row["id"], None if row["Sale"] is None else row["Sale"]["id"]) for row in rows]


def test_each_row_comes_once_for_each_related_entity(shop):
    assert _pairs(shop, "join(sales as Sale)") == [(1, 1), (1, 2), (1, 7), (2, 3), (2, 4), (3, 5)]


def test_an_outer_join_keeps_rows_without_related_entities(shop):
    pairs = _pairs(shop, "outerjoin(sales as Sale)")

    assert pairs == [(1, 1), (1, 2), (1, 7), (2, 3), (2, 4), (3, 5), (4, None)]


def test_rows_are_transient_and_the_context_lists_what_is_expanded(shop):
    answer = shop.get("$apply=join(sales as Sale)&$select=id&$expand=Sale($select=id)", "products")

    assert answer["@odata.context"] == "http://localhost/$metadata#products(id,Sale(id))"
    assert answer["value"][0] == {"@odata.id": None, "id": 1, "Sale": {"id": 1}}


@pytest.mark.parametrize(
    ("apply", "rows"),
    [
        (
            JOINED_GROUPS,
            [
                {"category": None, "Sale": {"channel": "Store"}, "s": None, "n": 1},
                {"category": "Seats", "Sale": {"channel": "Store"}, "s": "30.20", "n": 3},
                {"category": "Seats", "Sale": {"channel": "Web"}, "s": "5.15", "n": 2},
            ],
        ),
        (
            "outerjoin(sales as Sale)/groupby((name),aggregate(Sale/amount with max as m))",
            [
                {"name": "Chair", "m": "20.00"},
                {"name": "Desk", "m": None},
                {"name": "Lamp", "m": None},
                {"name": "Stool", "m": "5.05"},
            ],
        ),
        ("join(sales as Sale)/aggregate(Sale/product/name with max as m)", [{"m": "Stool"}]),
        ("join(sales as A)/join(sales as B)/aggregate($count as n)", [{"n": 14}]),
        (
            "join(sales as Sale)/topcount(1,Sale/amount)/aggregate(Sale/id with max as m)",
            [{"m": 7}],
        ),
        (
            "concat(join(sales as A)/aggregate($count as n),aggregate($count as m))",
            [{"n": 6}, {"m": 4}],
        ),
    ],
)
def test_later_transformations_reach_what_is_joined(shop, apply, rows):
    assert shop.rows(apply, path="products") == rows


def test_what_is_joined_stays_beside_ranked_rows(shop):
    apply = "join(sales as Sale)/filter(Sale/amount gt 1)/topcount(2,Sale/amount)"

    assert _pairs(shop, apply) == [(1, 1), (1, 7)]


def test_options_filter_sort_and_count_by_what_is_joined(shop):
    options = "&$filter=Sale/region eq 'North'&$orderby=Sale/amount"

    pairs = _pairs(shop, "join(sales as Sale)", options)

    assert pairs == [(2, 3), (1, 1)]
    assert shop.ask("products/$count", "$apply=join(sales as Sale)") == (200, "6")


def test_pages_of_joined_rows_are_the_whole(shop):
    found, query = [], "$apply=join(sales as Sale)&$select=id&$expand=Sale($select=id)"
    while query:
        page = shop.get(query, "products", prefer="odata.maxpagesize=4")
        found += [(row["id"], row["Sale"]["id"]) for row in page["value"]]
        query = page.get("@odata.nextLink", "").partition("?")[2].replace("%20", " ")
        query = query.replace("%28", "(").replace("%29", ")").replace("%24", "$")
        query = query.replace("%3D", "=")

    assert found == [(1, 1), (1, 2), (1, 7), (2, 3), (2, 4), (3, 5)]


def test_the_name_of_what_is_joined_is_new(shop):
    status, text = shop.ask("products", "$apply=join(sales as name)")

    assert status == 400
    assert "the name 'name' is taken" in text
