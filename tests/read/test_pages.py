"""Pages put together are what one answer without pages is."""

from __future__ import annotations

import json

import pytest

from odata.protocol.messages import Principal, Request, whole_body
from tests.read.conftest import ROOT

_READER = Principal("reader", frozenset({"reader"}))

ORDERS = [
    "",
    "$orderby=name desc",
    "$orderby=nickname",
    "$orderby=nickname desc",
    "$orderby=salary,name desc",
    "$orderby=isActive desc,salary desc",
    "$orderby=department/name,manager/name desc",
    "$orderby=reports/$count desc",
    "$orderby=length(name) desc,level",
    "$orderby=hired desc,seen,starts,holiday desc",
]


def _names(service, query):
    return [item["name"] for item in service.json(f"employees?{query}")["value"]]


def _paged(service, query, size):
    found, link = [], f"employees?{query}"
    while link is not None:
        page = service.json(link, prefer=f"maxpagesize={size}")
        assert len(page["value"]) <= size
        found += [item["name"] for item in page["value"]]
        link = page.get("@odata.nextLink")
    return found


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_are_the_whole(service, order, size):
    assert _paged(service, order, size) == _names(service, order)


@pytest.mark.parametrize("query", ["$top=3", "$skip=1&$top=3", "$skip=2", "$filter=id gt 1&$top=4"])
def test_bounds_hold_across_pages(service, query):
    assert _paged(service, query, 2) == _names(service, query)


def test_the_last_page_has_no_link(service):
    page = service.json("employees?$filter=id le 2", prefer="maxpagesize=2")

    assert "@odata.nextLink" not in page


def test_a_query_that_no_url_could_carry_is_followed_by_get(service):
    listed = ",".join(f"'{number:010}'" for number in range(620))
    query = f"$filter=name%20in%20({listed})%20or%20id%20gt%201&$select=name"
    headers = {"content-type": "text/plain", "prefer": "maxpagesize=3"}
    asked = Request("POST", ROOT, "employees/$query", "", headers, query.encode(), _READER, "1")
    first = json.loads(whole_body(service.engine.handle(asked)))
    link = first["@odata.nextLink"]

    second = service.json(link)

    assert len(link) < 8_000 < len(query)
    assert [len(first["value"]), len(second["value"])] == [3, 1]


def test_a_nested_link_goes_on_where_the_first_page_ended(service):
    page = service.json("employees(1)?$expand=reports($orderby=name desc)", prefer="maxpagesize=1")
    rest = service.json(page["reports@odata.nextLink"])

    assert [item["name"] for item in page["reports"]] == ["Cy"]
    assert [item["name"] for item in rest["value"]] == ["Bob"]


def test_the_page_size_of_the_service_bounds_expanded_collections(service_of):
    page = service_of(page_size=1).json("employees(1)?$expand=reports($expand=reports)")

    assert len(page["reports"]) == 1
    assert page["reports@odata.nextLink"].endswith("?$skip=1&$expand=reports")
