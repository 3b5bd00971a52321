"""Dynamic properties written: with and without types, merged, replaced, removed, limited."""

from __future__ import annotations

import dataclasses
import json

import peewee
import pytest

from odata.edm.check import ModelError
from odata.edm.types import ComplexType, Facets, Property
from odata.sql.expose import Exposure, column, publish
from odata.sql.mapping import ComplexMapping
from tests.technical_open import Parcel

ANY = {"if_match": "*"}
# As JSON writes it: Python's floats would lose the last digit.
BODY = (
    b'{"id":9,"name":"New","length":1.10,"lasts@odata.type":"#Duration","lasts":"PT60M",'
    b'"days@odata.type":"#Collection(Date)","days":["2025-01-01"],'
    b'"box":{"ref@odata.type":"#Guid","ref":"7A1E0000-0000-4000-8000-000000000001","no":null},'
    b'"most@odata.type":"#Double","most":"INF","serial@odata.type":"#Int64","serial":"5",'
    b'"at@odata.type":"#DateTimeOffset","at":"2025-01-01T01:00:00.50+01:00",'
    b'"none":null,"customs":{"duty":3}}'
)
DYNAMIC = (
    '"customs":{"code":null,"duty":3},"length":1.10,'
    '"lasts@odata.type":"#Duration","lasts":"PT1H",'
    '"days@odata.type":"#Collection(Date)","days":["2025-01-01"],'
    '"box":{"ref@odata.type":"#Guid","ref":"7a1e0000-0000-4000-8000-000000000001"},'
    '"most@odata.type":"#Double","most":"INF","serial@odata.type":"#Int64","serial":5,'
    '"at@odata.type":"#DateTimeOffset","at":"2025-01-01T00:00:00.5Z"}'
)


@pytest.fixture
def created(technical):
    answer = technical.send("POST", "parcels", BODY, content_type="application/json")
    assert answer.status == 201, answer.body
    return technical


def parcel(client, select=""):
    body = client.read(f"parcels(9){select}")
    return {name: value for name, value in body.items() if not name.startswith("@odata")}


def refused(client, body, path="parcels(1)"):
    answer = client.send("PATCH", path, body, **ANY)
    assert answer.status == 400, answer.body
    error = json.loads(answer.body)["error"]
    return error["target"], error["message"].partition("  Corr")[0]


def test_what_is_created_comes_back_in_its_types(created):
    text = created.send("GET", "parcels(9)").body.decode()

    assert text.endswith(DYNAMIC)


def test_a_patch_merges_and_null_removes(created):
    body = {"length": None, "lasts": "long", "box": {"x": 1}, "customs": {"checked": True}}
    created.send("PATCH", "parcels(9)", body, **ANY)

    assert parcel(created, "?$select=customs,length,lasts,box") == {
        "customs": {"code": None, "duty": 3, "checked": True},
        "lasts": "long",
        "box": {
            "ref@odata.type": "#Guid",
            "ref": "7a1e0000-0000-4000-8000-000000000001",
            "x": 1,
        },
    }


def test_a_replacement_keeps_what_it_names(created):
    created.send("PUT", "parcels(9)", {"name": "Other", "only": 1}, **ANY)

    assert parcel(created) == {
        "id": 9,
        "name": "Other",
        "ownerId": None,
        "customs": {"code": None},
        "only": 1,
    }


def test_a_dynamic_property_is_set_and_removed_at_its_url(created):
    body = {"@odata.type": "#Date", "value": "2025-02-03"}
    answer = created.send("PUT", "parcels(9)/due", body, prefer="return=representation", **ANY)
    assert json.loads(answer.body)["value"] == "2025-02-03"
    assert created.read("parcels(9)/due")["@odata.type"] == "#Date"

    assert created.send("DELETE", "parcels(9)/due", **ANY).status == 204
    assert created.send("GET", "parcels(9)/due").status == 204


def test_a_name_may_have_letters_of_any_alphabet(created):
    created.send("PATCH", "parcels(9)", {"größe": 42, "数量": "三"}, **ANY)

    assert created.read("parcels(9)/größe")["value"] == 42
    found = created.read("parcels?$filter=größe eq 42 and 数量 eq '三'&$select=id,größe")
    assert [row["größe"] for row in found["value"]] == [42]


def test_an_open_value_without_properties_is_an_empty_cell(technical):
    text = technical.send("GET", "parcels?$format=csv&$select=id,customs&$filter=id eq 3").body

    assert text.decode() == "id,customs/code,customs\r\n3,,\r\n"


def test_a_raw_value_is_text(created):
    created.send("PUT", "parcels(9)/note/$value", b"7", content_type="text/plain", **ANY)

    assert created.read("parcels(9)/note")["value"] == "7"


def test_an_open_complex_value_is_replaced_and_emptied(created):
    created.send("PUT", "parcels(9)/customs", {"code": "1", "n": [1, 2]}, **ANY)
    assert parcel(created)["customs"] == {"code": "1", "n": [1, 2]}

    created.send("DELETE", "parcels(9)/customs", **ANY)
    assert parcel(created)["customs"] == {"code": None}


def test_each_change_has_a_new_tag_and_is_in_the_log(created):
    before = created.read("parcels(9)")["@odata.etag"]
    created.send("PATCH", "parcels(9)", {"serial": 6}, if_match=before)
    stale = created.send("PATCH", "parcels(9)", {"length": 2}, if_match=before)

    error = json.loads(stale.body)["error"]
    assert (stale.status, error["innererror"]["changedProperties"]) == (409, ["serial"])


def test_changes_of_the_same_dynamic_property_are_not_merged(created):
    before = created.read("parcels(9)")["@odata.etag"]
    created.send("PATCH", "parcels(9)", {"serial": 6}, if_match=before)
    wish = {"if_match": before, "prefer": "merge=non-overlapping"}

    assert created.send("PATCH", "parcels(9)", {"serial": 7}, **wish).status == 409
    assert created.send("PATCH", "parcels(9)", {"length": 7}, **wish).status == 200


@pytest.mark.parametrize(
    ("body", "target", "message"),
    [
        ({"Name": "x"}, "Name", "The name 'Name' differs from 'name' only by case."),
        ({"Owner": 1}, "Owner", "The name 'Owner' differs from 'owner' only by case."),
        ({"Weight": 1}, "Weight", "The names 'weight' and 'Weight' differ only by case."),
        (
            {"a b": 1},
            "a b",
            (
                "'a b' cannot be the name of a property: a name has letters, digits and "
                "underscores, at most 128, and begins with no digit."
            ),
        ),
        (
            {"k@odata.type": "#Color", "k": "red"},
            "k",
            "The property 'k' cannot be of the type 'Color': a primitive one is.",
        ),
        (
            {"customs": {"k@odata.type": "#Int32", "k": "x"}},
            "customs/k",
            (
                "Unable to convert value to Int32. "
                "The property 'k' expects a JSON number without fraction."
            ),
        ),
        (
            {f"p{number}": number for number in range(100)},
            "p99",
            "An open value has at most 100 dynamic properties, not 106.",
        ),
        (
            {"customs": {"k": "x" * 70_000}},
            "customs",
            "The dynamic properties take 70036 bytes; at most 65536 are kept.",
        ),
    ],
)
def test_a_property_that_cannot_be_kept_is_refused(technical, body, target, message):
    assert refused(technical, body) == (target, message)


def test_the_limits_are_those_of_the_source(technical):
    source = technical.engine.source
    source.dynamic_limits = dataclasses.replace(source.dynamic_limits, properties=6)

    assert technical.send("PATCH", "parcels(1)", {"weight": 2}, **ANY).status == 200
    assert refused(technical, {"more": 1})[0] == "more"


def test_a_closed_type_stays_closed(technical):
    answer = technical.send("PATCH", "employees(1)", {"shoe": 42}, **ANY)

    assert answer.status == 400


def test_a_repeated_shape_is_not_planned_again(technical):
    counters = technical.engine.plans.counters
    technical.read("parcels?$filter=weight gt 1 and customs/checked&$orderby=note")
    before = counters.misses
    technical.read("parcels?$filter=weight gt 7 and customs/checked&$orderby=note")

    assert counters.misses == before


def test_the_description_says_which_types_are_open(technical):
    text = technical.send("GET", "$metadata").body.decode()
    document = technical.read("$metadata", accept="application/json")["Technical"]

    assert '<EntityType Name="parcel" OpenType="true">' in text
    assert '<ComplexType Name="customs" OpenType="true">' in text
    assert document["customs"]["$OpenType"] is True
    assert "$OpenType" not in document["employee"]


@pytest.mark.parametrize("is_open", [True, False])
def test_an_open_type_and_a_column_for_it_go_together(is_open):
    loose = ComplexType("loose", "N", is_open=is_open)
    mapping = ComplexMapping(
        Property("bag", loose, Facets(nullable=False)),
        loose,
        {},
        dynamic=None if is_open else Parcel.dynamic,
    )
    exposure = Exposure(Parcel, "parcel", "parcels", (column(Parcel.id), mapping))

    with pytest.raises(ModelError, match="bag"):
        publish("N", (exposure,), database=peewee.SqliteDatabase(None))
