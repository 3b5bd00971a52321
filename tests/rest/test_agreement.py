"""Lists of the dialects are those of the OData queries that mean the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rest.client import Rest

THAT_SECOND = "createdDateTime ge 2025-02-15T09:30:00Z and createdDateTime lt 2025-02-15T09:30:01Z"
PAIRS = [
    ("/v1/customers?per_page=100", ""),
    ("/v1/customers?per_page=100&status=active", "$filter=status eq 'active'"),
    ("/v1/customers?per_page=100&status=inactive", "$filter=status eq 'inactive'"),
    (
        "/v1/customers?per_page=100&search=BANK",
        "$filter=contains(tolower(displayName),'bank')",
    ),
    ("/v1/customers?per_page=100&search=C0029", "$filter=contains(number,'C0029')"),
    (
        "/v1/customers?per_page=100&created_after=2024-06-01",
        "$filter=createdDateTime gt 2024-06-01T00:00:00Z",
    ),
    ("/customers?per_page=100&sort=name", "$orderby=displayName"),
    ("/customers?per_page=100&sort=city desc,name", "$orderby=city desc,displayName"),
    ("/customers?per_page=100&sort=balance desc", "$orderby=balance desc"),
    ("/customers?per_page=100&sort=created_at", "$orderby=createdDateTime"),
    ("/customers?per_page=100&filter[state]=GA", "$filter=state eq 'GA'"),
    ("/customers?per_page=100&filter[country]=Germany", "$filter=country eq 'DE'"),
    ("/customers?per_page=100&filter[country]=nowhere", "$filter=false"),
    ("/customers?per_page=100&filter[address2]=", "$filter=addressLine2 eq ''"),
    ("/customers?per_page=100&filter[balance]=15750", "$filter=balance eq 15750"),
    ("/customers?per_page=100&filter[id]=2", "$filter=integerId eq 2"),
    (
        "/customers?per_page=100&filter[created_at]=1739611800",
        f"$filter={THAT_SECOND}",
    ),
    ("/order-management/customers?perPage=100&sort=name desc", "$orderby=displayName desc"),
    (
        "/order-management/customers?perPage=100&filter[paymentTerms]=Net 30",
        "$filter=paymentTerm/code eq '30 DAYS'",
    ),
]


def listed(answer: Any) -> tuple[list[int], int]:
    """The integer ids of a list in their order, and the total that it tells."""
    body = answer.json
    total = int(answer.headers.get("X-Total-Count", -1))
    if isinstance(body, list):
        return [int(row["id"]) for row in body], total
    if "customers" in body:
        return [row["id"] for row in body["customers"]], total
    ids = [int(row["id"].removeprefix("cust-")) for row in body["data"]]
    return ids, body["meta"]["total_count"]


def found(rest: Rest, query: str) -> tuple[list[int], int]:
    """The same of an OData query."""
    body = rest.odata(f"customers?{query}&$count=true&$select=integerId")
    return [row["integerId"] for row in body["value"]], body["@odata.count"]


@pytest.mark.parametrize(("target", "query"), PAIRS)
def test_a_list_is_that_of_the_query_that_means_the_same(reading: Rest, target: str, query: str):
    ids, total = listed(reading.ask("GET", target))

    assert (ids, total) == found(reading, query)


# --- at random ----------------------------------------------------------------------------------

TEXTS = ["", "a", "Bank", "o'", "100%", "_", "GA", "Berlin", "C00", "ß", '"', "\\", "(", "no such"]
SORTS = {
    "name": "displayName",
    "number": "number",
    "city": "city",
    "state": "state",
    "id": "integerId",
    "balance": "balance",
    "phone": "phoneNumber",
}
FIELDS = {"name": "displayName", "city": "city", "state": "state", "email": "email"}


@dataclass(frozen=True)
class Asked:
    """A list as a dialect is asked for it, and as OData is."""

    target: str
    query: str


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@st.composite
def field_service_lists(draw: Callable[..., Any]) -> Asked:
    options: dict[str, str] = {}
    conditions: list[str] = []
    if draw(st.booleans()):
        text = options["search"] = draw(st.sampled_from(TEXTS))
        lowered = f"tolower({literal(text)})"
        names = ("displayName", "number", "code")
        conditions.append(
            "(" + " or ".join(f"contains(tolower({name}),{lowered})" for name in names) + ")"
        )
    if draw(st.booleans()):
        day = options["created_after"] = draw(
            st.sampled_from(["2023-01-01", "2024-02-29", "2025-02-15", "2030-01-01"])
        )
        conditions.append(f"createdDateTime gt {day}T00:00:00Z")
    if draw(st.booleans()):
        options["status"] = "active"
        conditions.append("status eq 'active'")
    return asked(draw, "/v1/customers", options, " and ".join(conditions), "", "per_page")


@st.composite
def field_lists(draw: Callable[..., Any], path: str, size: str, names: dict[str, str]) -> Asked:
    options: dict[str, str] = {}
    conditions: list[str] = []
    known = {name: FIELDS[name] for name in names if name in FIELDS}
    for name in draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=2)):
        text = draw(st.sampled_from(TEXTS))
        options[f"filter[{name}]"] = text
        conditions.append(f"{known[name]} eq {literal(text)}")
    terms = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(names)), st.sampled_from(["", " asc", " desc"])),
            unique_by=lambda term: term[0],
            max_size=3,
        )
    )
    if terms:
        options["sort"] = ",".join(name + direction for name, direction in terms)
    order = ",".join(names[name] + direction for name, direction in terms)
    return asked(draw, path, options, " and ".join(conditions), order, size)


def asked(
    draw: Callable[..., Any],
    path: str,
    options: dict[str, str],
    condition: str,
    order: str,
    size_option: str,
) -> Asked:
    page, size = draw(st.integers(1, 7)), draw(st.integers(1, 100))
    query = [f"$top={size}", f"$skip={(page - 1) * size}"]
    query += [f"$filter={quote(condition)}"] if condition else []
    query += [f"$orderby={quote(order)}"] if order else []
    pairs = {**options, "page": str(page), size_option: str(size)}
    text = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs.items())
    return Asked(f"{path}?{text}", "&".join(query))


LISTS = {
    "field-service": field_service_lists(),
    "billing": field_lists("/customers", "per_page", SORTS),
    "order-management": field_lists(
        "/order-management/customers",
        "perPage",
        {name: SORTS[name] for name in ("name", "id", "phone")} | {"code": "code"},
    ),
}


@pytest.mark.parametrize("dialect", LISTS)
def test_random_lists_agree_with_odata(reading: Rest, dialect: str):
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(LISTS[dialect])
    def agrees(asked: Asked) -> None:
        ids, total = listed(reading.ask("GET", asked.target))
        assert (ids, total) == found(reading, asked.query)

    agrees()
