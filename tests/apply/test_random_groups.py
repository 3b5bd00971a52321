"""Random groupings of random rows give what a small evaluator in Python gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.apply.sales import PRODUCTS, Sale, Shop, add_sales

Row = dict[str, Any]
NAMES = ("id", "productId", "region", "amount", "quantity", "weight", "channel")
CATEGORIES = {key: category for key, _, category in PRODUCTS}
CHANNELS = ("Store", "Web")
AMOUNTS = st.none() | st.integers(-10_000, 10_000).map(lambda cents: Decimal(cents) / 100)

sales = st.lists(
    st.tuples(
        st.none() | st.integers(1, 5),
        st.none() | st.sampled_from(["North", "South", "north", "Ö", ""]),
        AMOUNTS,
        st.none() | st.integers(-5, 5),
        st.integers(0, 1),
    ),
    max_size=12,
)


@dataclass(frozen=True)
class Method:
    """An aggregation method with what it does to the values that are not null."""

    name: str
    evaluate: Callable[[list[Any]], Any]


def _average(values: list[Any]) -> Any:
    if not values:
        return None
    exact = Decimal(sum(values)) / len(values)
    return exact.quantize(Decimal("1e-12"), ROUND_HALF_UP)


METHODS = (
    Method("sum", lambda values: sum(values) if values else None),
    Method("min", lambda values: min(values, default=None)),
    Method("max", lambda values: max(values, default=None)),
    Method("average", _average),
    Method("countdistinct", lambda values: len(set(values))),
)
OPERANDS: dict[str, Callable[[Row], Any]] = {
    "amount": lambda row: row["amount"],
    "quantity": lambda row: row["quantity"],
    "amount mul quantity": lambda row: _null_or(
        lambda: row["amount"] * row["quantity"], row["amount"], row["quantity"]
    ),
    "amount sub 0.5": lambda row: _null_or(lambda: row["amount"] - Decimal("0.5"), row["amount"]),
}
KEYS: dict[str, Callable[[Row], Any]] = {
    "region": lambda row: row["region"],
    "channel": lambda row: row["channel"],
    "quantity": lambda row: row["quantity"],
    "product/category": lambda row: CATEGORIES.get(row["productId"]),
}

queries = st.fixed_dictionaries(
    {
        "keys": st.lists(st.sampled_from(sorted(KEYS)), unique=True, max_size=3),
        "values": st.lists(
            st.tuples(st.sampled_from(METHODS), st.sampled_from(sorted(OPERANDS))), max_size=3
        ),
        "least": st.none() | st.integers(-50, 50),
        "inner": st.none() | st.integers(-5, 5),
        "more_than": st.none() | st.integers(0, 2),
    }
)


def _null_or(compute: Callable[[], Any], *operands: Any) -> Any:
    return None if None in operands else compute()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=sales, query=queries)
def test_groups_are_those_of_the_evaluator(own_shop: Shop, rows: list[Any], query: dict[str, Any]):
    Sale.delete().execute()
    stored = [
        (number, product, region, amount, quantity, None, channel)
        for number, (product, region, amount, quantity, channel) in enumerate(rows, 1)
    ]
    add_sales(stored)

    found = [_flat(row, query["keys"]) for row in own_shop.rows(_text(query))]

    assert _sorted(found) == _sorted(_evaluated(stored, query))


def _text(query: dict[str, Any]) -> str:
    values = [
        f"{operand} with {method.name} as v{index}"
        for index, (method, operand) in enumerate(query["values"])
    ]
    steps = f"aggregate({','.join([*values, '$count as n'])})"
    if query["inner"] is not None:
        steps = f"filter(quantity lt {query['inner']})/{steps}"
    if query["keys"]:
        steps = f"groupby(({','.join(query['keys'])}),{steps})"
    if query["least"] is not None:
        steps = f"filter(amount ge {query['least']})/{steps}"
    if query["more_than"] is not None:
        steps += f"/filter(n gt {query['more_than']})"
    return steps


def _evaluated(stored: list[tuple[Any, ...]], query: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows = [dict(zip(NAMES, row, strict=True)) for row in stored]
    for row in rows:
        row["channel"] = CHANNELS[row["channel"]]
    least, inner = query["least"], query["inner"]
    if least is not None:
        rows = [row for row in rows if row["amount"] is not None and row["amount"] >= least]
    groups: dict[tuple[Any, ...], list[Row]] = {} if query["keys"] else {(): []}
    for row in rows:
        groups.setdefault(tuple(KEYS[key](row) for key in query["keys"]), []).append(row)
    outcome = []
    for key, members in groups.items():
        kept = [
            row
            for row in members
            if inner is None or (row["quantity"] is not None and row["quantity"] < inner)
        ]
        values = [
            method.evaluate([x for x in map(OPERANDS[operand], kept) if x is not None])
            for method, operand in query["values"]
        ]
        if query["more_than"] is None or len(kept) > query["more_than"]:
            outcome.append((*key, *values, len(kept)))
    return outcome


def _flat(row: dict[str, Any], keys: list[str]) -> tuple[Any, ...]:
    head = [row["product"]["category"] if key == "product/category" else row[key] for key in keys]
    values = [row[name] for name in row if name.startswith("v")]
    return (*head, *(_number(value) for value in values), row["n"])


def _number(value: Any) -> Any:
    return None if value is None else Decimal(value)


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: [(item is not None, str(item)) for item in row])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=sales, query=queries)
def test_groups_of_each_parent_are_those_of_the_evaluator(
    own_shop: Shop, rows: list[Any], query: dict[str, Any]
):
    Sale.delete().execute()
    stored = [
        (number, product, region, amount, quantity, None, channel)
        for number, (product, region, amount, quantity, channel) in enumerate(rows, 1)
    ]
    add_sales(stored)

    answer = own_shop.get(f"$expand=sales($apply={_text(query)})&$select=id", "products")

    for product in answer["value"]:
        found = [_flat(_bare(row), query["keys"]) for row in product["sales"]]
        own = [row for row in stored if row[1] == product["id"]]
        assert _sorted(found) == _sorted(_evaluated(own, query))


def _bare(row: Row) -> Row:
    return {name: value for name, value in row.items() if "@" not in name}
