"""Which option may stand on which resource (reference Q14): all others are refused."""

from __future__ import annotations

import pytest

VALUES = {
    "$filter": "id eq 1",
    "$orderby": "id",
    "$select": "id",
    "$expand": "manager",
    "$compute": "id add 1 as next",
    "$top": "1",
    "$skip": "1",
    "$count": "true",
    "$search": "ada",
    "$index": "0",
    "$id": "employees(1)",
}
SHAPE = {"$select", "$expand", "$compute"}
SET = {"$filter", "$orderby", "$top", "$skip", "$count", "$search"}
ALLOWED = {
    "employees": SHAPE | SET,
    "employees(1)/reports": SHAPE | SET,
    "employees(1)": SHAPE,
    "employees(2)/manager": SHAPE,
    "employees/$count": SHAPE - {"$compute"} | SET,
    "employees(1)/name": set(),
    "employees(1)/home": set(),
    "employees(1)/name/$value": set(),
    "employees(1)/portrait": set(),
    "employees(1)/reports/$ref": SET | {"$id"},
    "employees(2)/manager/$ref": {"$id"},
}


@pytest.mark.parametrize("option", VALUES)
@pytest.mark.parametrize("resource", ALLOWED)
def test_an_option_has_its_place(service, resource, option):
    status = service.get(f"{resource}?{option}={VALUES[option]}").status

    assert (status != 400) is (option in ALLOWED[resource])


@pytest.mark.parametrize("resource", ALLOWED)
@pytest.mark.parametrize("option", ["$schemaversion=*", "$format=json"])
def test_some_options_may_stand_everywhere(service, resource, option):
    assert service.get(f"{resource}?{option}").status in (200, 406)


@pytest.mark.parametrize(
    "option",
    ["$filter=true", "$orderby=id", "$top=1", "$skip=1", "$count=true", "$search=a"],
)
def test_options_of_collections_are_refused_inside_single_values(service, option):
    assert service.get(f"employees?$expand=manager({option})").status == 400
