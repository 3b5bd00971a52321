"""``ApplySupported`` of the technical service, whose sets have values of every kind, is served."""

from __future__ import annotations

from typing import Any

import pytest

from tests.read.conftest import Service

SETS = ("employees", "departments", "trips", "samples", "assets", "parcels")


def _supported(service: Service, name: str) -> Any:
    document = service.json("$metadata?$format=application/json")
    container = document[document["$EntityContainer"].rpartition(".")[0]]
    container = container[document["$EntityContainer"].rpartition(".")[2]]
    return container[name]["@Org.OData.Aggregation.V1.ApplySupported"]


@pytest.mark.parametrize("name", SETS)
def test_every_listed_property_is_grouped_by(service: Service, name: str) -> None:
    paths = _supported(service, name)["GroupableProperties"]

    service.json(f"{name}?$apply=groupby(({','.join(paths)}))")


@pytest.mark.parametrize("name", SETS)
def test_every_listed_method_aggregates(service: Service, name: str) -> None:
    listed = _supported(service, name)["AggregatableProperties"]

    items = [
        f"{item['Property']} with {method} as x{place}_{index}"
        for place, item in enumerate(listed)
        for index, method in enumerate(item["SupportedAggregationMethods"])
    ]
    for start in range(0, len(items), 20):
        service.json(f"{name}?$apply=aggregate({','.join(items[start : start + 20])})")


def test_bytes_are_groups_and_items_are_aggregated(service: Service) -> None:
    employees, trips = _supported(service, "employees"), _supported(service, "trips")

    methods = {
        item["Property"]: item["SupportedAggregationMethods"]
        for item in (*employees["AggregatableProperties"], *trips["AggregatableProperties"])
    }
    assert "badge" in employees["GroupableProperties"]
    assert "tags" not in employees["GroupableProperties"]
    assert methods["badge"] == ["countdistinct"]
    assert methods["fares"] == ["sum", "min", "max", "average"]
