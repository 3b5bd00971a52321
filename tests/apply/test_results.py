"""How the outcome of ``$apply`` is written, queried further, paged and refused."""

from __future__ import annotations

import json

import pytest

from tests.apply.sales import Shop

BY_REGION = "groupby((region),aggregate(amount with sum as s))"


def test_transient_rows_have_a_null_id_and_types_of_what_is_dynamic(shop):
    status, text = shop.ask("sales", "$apply=groupby((region),aggregate($count as n))&$top=1")

    assert status == 200
    assert text == (
        '{"@odata.context":"http://localhost/$metadata#sales(region,n)","value":['
        '{"@odata.id":null,"region":null,"n@odata.type":"#Decimal","n":1}]}'
    )


def test_4_01_writes_no_id(shop):
    _, text = shop.ask("sales", "$apply=aggregate($count as n)", odata_maxversion="4.01")

    assert text == (
        '{"@context":"http://localhost/$metadata#sales(n)","value":[{"n@type":"Decimal","n":7}]}'
    )


@pytest.mark.parametrize(
    ("accept", "row"),
    [
        (
            "application/json;IEEE754Compatible=true",
            '{"@odata.id":null,"s@odata.type":"#Decimal","s":"34.35","n@odata.type":"#Decimal","n":"7"}',
        ),
        ("application/json;odata.metadata=none", '{"s":34.35,"n":7}'),
        (
            "application/json;odata.metadata=full",
            '{"@odata.id":null,"s@odata.type":"#Decimal","s":34.35,"n@odata.type":"#Decimal","n":7}',
        ),
    ],
)
def test_representations(shop, accept, row):
    _, text = shop.ask("sales", "$apply=aggregate(amount with sum as s,$count as n)", accept=accept)

    assert text.endswith(f'"value":[{row}]}}')


@pytest.mark.parametrize(
    ("apply", "types"),
    [
        ("aggregate(quantity with sum as x)", "#Int64"),
        ("aggregate(quantity with average as x)", "#Decimal"),
        ("aggregate(quantity with max as x)", "#Int32"),
        ("aggregate(quantity with countdistinct as x)", "#Decimal"),
        ("aggregate(weight with sum as x)", None),
        ("aggregate(region with max as x)", None),
        ("aggregate(channel with max as x)", "#Shop.channel"),
    ],
)
def test_types_of_results(shop, apply, types):
    (row,) = shop.get(f"$apply={apply}")["value"]

    assert row.get("x@odata.type") == types


@pytest.mark.parametrize(
    ("apply", "listed"),
    [
        ("groupby((region),aggregate(amount with sum as s))", "(region,s)"),
        ("groupby((product/name,product/category,channel))", "(product(name,category),channel)"),
        ("groupby((rollup(region,channel)),aggregate($count as n))", "(region,n)"),
        ("concat(groupby((region)),groupby((channel)))", "(@Core.AnyStructure)"),
        ("filter(amount gt 1)", ""),
        ("topcount(1,amount)", ""),
    ],
)
def test_the_context_lists_what_all_rows_have(shop, apply, listed):
    context = shop.get(f"$apply={apply}")["@odata.context"]

    assert context == f"http://localhost/$metadata#sales{listed}"


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ("&$filter=s gt 6", [{"region": "North", "s": "9.20"}, {"region": "South", "s": "20.10"}]),
        ("&$filter=region eq null", [{"region": None, "s": "5.05"}]),
        ("&$filter=contains(region,'ort')", [{"region": "North", "s": "9.20"}]),
        ("&$orderby=s desc&$top=1", [{"region": "South", "s": "20.10"}]),
        ("&$orderby=region desc&$skip=1&$top=1", [{"region": "North", "s": "9.20"}]),
        ("&$select=s&$top=1", [{"s": "5.05"}]),
        ("&$compute=s mul 2 as d&$select=d&$orderby=d desc&$top=1", [{"d": "40.20"}]),
    ],
)
def test_later_options_see_the_outcome(shop, options, rows):
    assert shop.rows(BY_REGION, options) == rows


def test_nested_results_are_filtered_sorted_and_selected_by_path(shop):
    rows = shop.rows(
        "groupby((product/name,product/category),aggregate($count as n))",
        "&$filter=product/category eq 'Seats'&$orderby=product/name desc&$select=product/name",
    )

    assert rows == [{"product": {"name": "Stool"}}, {"product": {"name": "Chair"}}]


def test_enumerations_keep_their_type(shop):
    rows = shop.rows("groupby((channel),aggregate($count as n))", "&$filter=channel eq 'Web'")

    assert rows == [{"channel": "Web", "n": 3}]


def test_isdefined_tells_subtotals_from_nulls(shop):
    apply = "groupby((rollup(region,channel)),aggregate($count as n))"

    fine = shop.rows(apply, "&$filter=isdefined(channel)&$orderby=n desc&$top=1")
    coarse = shop.rows(apply, "&$filter=not isdefined(channel)&$top=1")

    assert fine == [{"region": "North", "channel": "Store", "n": 2}]
    assert coarse == [{"region": None, "n": 1}]


def test_count_counts_the_outcome(shop):
    assert shop.ask("sales/$count", "$apply=groupby((region))") == (200, "3")
    assert shop.get(f"$apply={BY_REGION}&$count=true&$top=1")["@odata.count"] == 3


def test_kept_entities_are_still_entities(shop):
    (row,) = shop.get("$apply=topcount(1,amount)&$expand=product($select=name)")["value"]

    assert row["id"] == 7
    assert row["product"]["name"] == "Chair"
    assert "@odata.id" not in row


def test_pages_hold_all_rows_once_whatever_is_null(shop):
    small = Shop(shop.database, page_size=2)
    query = "$apply=groupby((rollup(region,channel)),aggregate($count as n))&$orderby=n"
    found: list[tuple[object, object, object]] = []
    answer = small.get(query)
    while True:
        found += [
            (row.get("region", "-"), row.get("channel", "-"), row["n"]) for row in answer["value"]
        ]
        link = answer.get("@odata.nextLink")
        if link is None:
            break
        response = small.engine.handle(small.request("sales", link.partition("?")[2]))
        answer = json.loads(b"".join([response.body]))

    assert found == [
        (None, "Web", 1),
        ("North", "Web", 1),
        ("South", "Web", 1),
        (None, "-", 1),
        ("North", "Store", 2),
        ("South", "Store", 2),
        ("North", "-", 3),
        ("South", "-", 3),
    ]


def test_literals_are_parameters_of_one_plan(shop):
    plans = shop.engine.plans.counters
    for least in (1, 6, 100):
        shop.get(f"$apply=filter(amount gt {least})/groupby((region))&$filter=region ne 'x{least}'")

    assert (plans.misses, plans.hits) == (1, 2)


@pytest.mark.parametrize(
    ("apply", "status", "message"),
    [
        ("groupby((region))/filter(amount gt 1)", 400, "property named 'amount'"),
        ("aggregate($count as n)/groupby((region))", 400, "property named 'region'"),
        ("aggregate(amount with sum as region)", 400, "the name 'region' is taken"),
        ("aggregate(amount with sum as s,amount with max as s)", 400, "the name 's' is taken"),
        ("compute(1 as region)", 400, "the name 'region' is taken"),
        ("aggregate(amount with sum)", 400, "an aggregate needs a name"),
        ("aggregate($count)", 400, "an aggregate needs a name"),
        ("aggregate($count with sum as n)", 400, "$count takes no method"),
        ("aggregate(amount with Sum as s)", 400, "unknown aggregation method Sum"),
        ("Aggregate(amount with sum as s)", 400, "Syntax error"),
        ("GroupBy((region))", 400, "unknown transformation GroupBy"),
        ("aggregate(region with sum as s)", 400, "sum takes numbers only"),
        ("aggregate(product with max as m)", 400, "a value was expected"),
        ("groupby((region,region))", 400, "'region' is grouped twice"),
        ("groupby((nowhere))", 400, "property named 'nowhere'"),
        ("topcount(0,amount)", 400, "topcount takes a positive number first"),
        ("topcount(1.5,amount)", 400, "topcount takes a whole number first"),
        ("toppercent(101,amount)", 400, "a percentage of at most 100"),
        ("bottomsum(1,region)", 400, "bottomsum ranks numbers"),
        ("filter(amount)", 400, "a condition was expected"),
        ("aggregate(total)", 400, "'total' is no custom aggregate of 'Shop.sale'"),
        ("groupby((rollup(region)))", 400, "'region' is none"),
        ("aggregate(amount with Shop.median as m)", 501, "Shop.median is not supported"),
        ("groupby((quantity))/search(north)", 501, "no searchable properties"),
        ("groupby((product))", 501, "grouping by the entity 'product' is not supported"),
        ("join(product as p)", 400, "join takes a collection, and 'product' is none"),
        ("outerjoin(region as r)", 400, "outerjoin takes a collection, and 'region' is none"),
        ("join(nothing as n)", 400, "Could not find a property named 'nothing'"),
        ("nest(groupby((region)) as r)", 501, "the transformation nest is not supported"),
        (
            "descendants($root/sales,Tree,id,filter(true))",
            501,
            "the transformation descendants is not supported",
        ),
        (
            "concat(aggregate(amount with sum as v),aggregate(region with max as v))",
            501,
            "'v' has different types",
        ),
    ],
)
def test_refusals_say_why(shop, apply, status, message):
    answer, text = shop.ask("sales", f"$apply={apply}")

    assert answer == status
    error = json.loads(text)["error"]
    assert message in error["message"]
    assert error["target"] == "$apply"


def test_a_collection_is_no_grouping_property(shop):
    status, text = shop.ask("products", "$apply=groupby((sales/region))")

    assert status == 400
    assert "'sales' is a collection" in text


@pytest.mark.parametrize(
    ("path", "query", "status", "message"),
    [
        ("sales/$ref", "$apply=groupby((region))", 400, "aggregated rows have no references"),
        ("sales", "$expand=product($apply=identity)", 400, "'$apply' cannot stand inside"),
        (
            "products",
            "$apply=join(sales as s,filter(amount gt 1))",
            501,
            "join with transformations of what is joined is not supported",
        ),
        (
            "sales",
            "$filter=amount gt $these/aggregate(amount with countdistinct)",
            501,
            "$these/aggregate takes sum, min, max and average here",
        ),
        (
            "products",
            "$filter=sales/aggregate(amount with Shop.median) gt 1",
            501,
            "Shop.median is not supported",
        ),
    ],
)
def test_what_cannot_be_served_is_refused(shop, path, query, status, message):
    answer, text = shop.ask(path, query)

    assert answer == status
    assert message in json.loads(text)["error"]["message"]


def test_the_greatest_of_shared_entities_is_served(shop):
    assert shop.rows("aggregate(product/sales/amount with max as m)") == [{"m": "20.00"}]


def test_comma_separated_values_of_groups(shop):
    _, text = shop.ask("sales", "$apply=groupby((product/name),aggregate($count as n))&$format=csv")

    assert text == "product/name,n\r\n,1\r\nChair,3\r\nLamp,1\r\nStool,2\r\n"


def test_a_sum_out_of_range_is_refused(shop):
    status, text = shop.ask(
        "sales", "$apply=aggregate(quantity mul 9000000000000000000 with sum as s)"
    )

    assert status == 400
    assert "leaves the range of its type" in text


def test_what_is_grouped_is_searched_by_what_it_is_grouped_by(shop):
    status, text = shop.ask("sales", "$apply=groupby((region))&$search=north&$count=true")

    assert status == 200
    assert '"@odata.count":1' in text


def test_a_single_entity_takes_no_apply(shop):
    status, text = shop.ask("sales(1)", "$apply=identity")

    assert status == 400
    assert "'$apply' cannot be applied" in text


@pytest.mark.parametrize(
    ("apply", "message"),
    [
        ("/".join(["top(5)"] * 11), "at most 10 times in a row"),
        ("/".join(["concat(identity,identity)"] * 6), "read the entities at most 50 times"),
    ],
)
def test_the_cost_of_a_pipeline_is_bounded(shop, apply, message):
    status, text = shop.ask("sales", f"$apply={apply}")

    assert status == 400
    assert message in text


def test_a_long_pipeline_is_one_statement(shop):
    rows = shop.rows(
        "filter(amount gt 1)/compute(amount mul 2 as d)"
        "/groupby((region,product/name),aggregate(d with sum as s))/topcount(3,s)"
        "/groupby((region),aggregate(s with max as m))"
        "/concat(topcount(1,m),bottomcount(1,m),aggregate(m with average as a))"
        "/orderby(m)/skip(1)/top(2)"
    )

    assert rows == [{"region": None, "m": "10.10"}, {"region": "South", "m": "40.00"}]
