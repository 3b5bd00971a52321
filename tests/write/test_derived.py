"""Entities and complex values of derived types: created, changed, cast, tracked, removed."""

from __future__ import annotations

import json

import pytest

ANY = {"if_match": "*"}
TRACK = {"prefer": "odata.track-changes"}


def shown(technical, path):
    """A value without its context."""
    body = technical.read(path)
    return {name: value for name, value in body.items() if name != "@odata.context"}


def refused(technical, method, path, body):
    """The message and the target of a refusal."""
    answer = technical.send(method, path, body, **ANY)
    assert answer.status == 400, answer.body
    error = json.loads(answer.body)["error"]
    return error["message"].partition("  CorrelationId")[0], error["target"]


@pytest.mark.parametrize("spelling", ["#Technical.sportsCar", "Technical.sportsCar"])
def test_the_body_of_a_create_names_the_type(technical, spelling):
    body = {"@odata.type": spelling, "id": 9, "name": "Bolt", "doors": 2, "topSpeed": 250}

    answer = technical.send("POST", "assets", body)

    assert answer.status == 201
    assert dict(answer.headers)["Location"].endswith("/assets(9)")
    assert json.loads(answer.body)["@odata.type"] == "#Technical.sportsCar"
    assert technical.read("assets/Technical.sportsCar(9)")["topSpeed"] == 250


def test_a_type_may_be_named_by_its_url(technical):
    url = "http://h/t/$metadata#Technical.car"

    answer = technical.send("POST", "assets", {"@type": url, "id": 9, "name": "Bolt"})

    assert answer.status == 201
    assert technical.read("assets(9)")["@odata.type"] == "#Technical.car"


def test_the_path_of_a_create_names_the_type(technical):
    answer = technical.send("POST", "assets/Technical.car", {"id": 9, "name": "Bolt", "doors": 3})

    assert answer.status == 201
    assert b'"@odata.context":"http://h/t/$metadata#assets/Technical.car/$entity"' in answer.body
    assert technical.read("assets(9)")["@odata.type"] == "#Technical.car"


@pytest.mark.parametrize("path", ["assets", "trucks"])
def test_what_a_derived_type_keeps_in_a_table_of_its_own_is_written(technical, path):
    body = {"@odata.type": "#Technical.truck", "id": 9, "name": "T", "payload": 3.5, "axles": 4}

    assert technical.send("POST", path, body).status == 201

    assert technical.read("trucks(9)?$select=name,payload,axles")["payload"] == 3.5
    assert technical.send("PATCH", "assets(9)", {"axles": 6, "name": "U"}, **ANY).status == 200
    assert technical.read("assets(9)/Technical.truck?$select=name,axles")["axles"] == 6
    assert technical.send("DELETE", "assets(9)", **ANY).status == 204
    assert technical.send("GET", "trucks(9)").status == 404
    assert technical.send("POST", path, body).status == 201


def test_a_stale_tag_keeps_what_stands_in_another_table(technical):
    body = {"axles": 9}

    answer = technical.send("PATCH", "assets(3)", body, if_match='W/"b2xk"')

    assert answer.status == 409
    assert technical.read("trucks(3)")["axles"] == 3


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (
            "assets",
            {"id": 9, "name": "N"},
            (
                "The type 'Technical.asset' is abstract: name one that is derived from it as "
                "'@odata.type', e.g. '#Technical.car', '#Technical.sportsCar', '#Technical.truck'."
            ),
        ),
        (
            "assets",
            {"@odata.type": "#Technical.boat", "id": 9, "name": "N"},
            "The type 'Technical.boat' is neither 'Technical.asset' nor derived from it.",
        ),
        (
            "assets",
            {"@odata.type": "#Technical.employee", "id": 9, "name": "N"},
            "The type 'Technical.employee' is neither 'Technical.asset' nor derived from it.",
        ),
        (
            "assets/Technical.car",
            {"@odata.type": "#Technical.truck", "id": 9, "name": "N"},
            "The type 'Technical.truck' is neither 'Technical.car' nor derived from it.",
        ),
    ],
)
def test_a_type_that_does_not_belong_is_refused(technical, path, body, message):
    assert refused(technical, "POST", path, body) == (message, "@odata.type")


def test_properties_of_another_type_are_refused(technical):
    body = {"@odata.type": "#Technical.car", "id": 9, "name": "N", "topSpeed": 1}

    assert refused(technical, "POST", "assets", body)[1] == "topSpeed"


def test_a_change_reads_the_properties_of_the_stored_type(technical):
    assert technical.send("PATCH", "assets(2)", {"topSpeed": 310}, **ANY).status == 200

    assert technical.read("assets/Technical.sportsCar(2)")["topSpeed"] == 310


def test_the_type_of_an_entity_stays(technical):
    body = {"@odata.type": "#Technical.truck", "axles": 9}

    assert refused(technical, "PATCH", "assets(2)", body) == (
        "The type 'Technical.truck' is neither 'Technical.sportsCar' nor derived from it.",
        "@odata.type",
    )


def test_a_put_creates_an_entity_of_the_type_that_it_names(technical):
    body = {"@odata.type": "#Technical.car", "name": "up", "doors": 8}

    assert technical.send("PUT", "assets(9)", body).status == 201

    assert technical.read("assets(9)/Technical.car/doors")["value"] == 8


def test_a_property_of_a_derived_type_is_written_behind_a_cast(technical):
    assert technical.send("PUT", "assets(1)/Technical.car/doors", {"value": 4}, **ANY).status == 204

    assert technical.read("assets(1)/Technical.car/doors")["value"] == 4
    answer = technical.send("PUT", "assets(3)/Technical.car/doors", {"value": 4}, **ANY)
    assert answer.status == 404


def test_a_link_of_a_derived_type_leads_to_the_declared_type_alone(technical):
    path = "assets(3)/Technical.truck/tow/$ref"

    assert technical.send("PUT", path, {"@odata.id": "assets(3)"}, **ANY).status == 400
    assert technical.send("PUT", path, {"@odata.id": "assets(2)"}, **ANY).status == 204
    assert technical.read("trucks(3)/tow")["name"] == "Dart"


def test_related_entities_of_derived_types_are_created_with_their_parent(technical):
    nested = {"@odata.type": "#Technical.car", "id": 9, "name": "N", "doors": 3}

    answer = technical.send("POST", "employees", {"id": 9, "name": "Fi", "assets": [nested]})

    assert answer.status == 201
    assert technical.read("assets/Technical.car(9)")["ownerId"] == 9


def test_each_entity_of_a_derived_type_is_changed(technical):
    answer = technical.send("PATCH", "assets/Technical.car/$each", {"doors": 1})

    assert answer.status == 204
    rows = technical.read("assets?$select=Technical.car/doors&$filter=isof(Technical.car)")
    assert [row["doors"] for row in rows["value"]] == [1, 1, 1]


def test_a_delta_payload_creates_and_changes_entities_of_several_types(technical):
    payload = {
        "@context": "#$delta",
        "value": [
            {"@type": "#Technical.car", "id": 9, "name": "D", "doors": 1},
            {"id": 3, "axles": 8},
            {"@removed": {"reason": "deleted"}, "@id": "assets(4)"},
        ],
    }

    assert technical.send("PATCH", "assets", payload, odata_version="4.01").status == 204

    assert technical.read("trucks(3)")["axles"] == 8
    assert technical.read("assets/Technical.car/$count") == 3


@pytest.mark.parametrize(
    ("path", "changed"),
    [("assets", [2, 3]), ("assets/Technical.car", [2]), ("trucks", [3])],
)
def test_a_delta_tells_what_changed_of_its_types(technical, path, changed):
    link = technical.read(path, **TRACK)["@odata.deltaLink"].removeprefix("http://h/t/")
    technical.send("PATCH", "assets(2)", {"topSpeed": 1}, **ANY)
    technical.send("PATCH", "trucks(3)", {"axles": 5}, **ANY)

    delta = technical.read(link)

    assert [item["id"] for item in delta["value"] if "reason" not in item] == changed


# --- complex values -------------------------------------------------------------------------


def test_a_complex_value_gets_the_type_that_it_names(technical):
    spot = {"@odata.type": "#Technical.garage", "city": "Oslo", "box": 1}
    body = {"@odata.type": "#Technical.car", "id": 9, "name": "B", "spot": spot}

    assert technical.send("POST", "assets", body).status == 201

    assert shown(technical, "assets(9)/spot") == spot


@pytest.mark.parametrize(
    ("method", "path", "body", "after"),
    [
        (
            "PATCH",
            "assets(1)",
            {"spot": {"box": 8}},
            {"@odata.type": "#Technical.garage", "city": "Lund", "box": 8},
        ),
        (
            "PATCH",
            "assets(1)",
            {"spot": {"@odata.type": "#Technical.kerb", "street": "Elm"}},
            {"@odata.type": "#Technical.kerb", "city": "Lund", "street": "Elm"},
        ),
        (
            "PUT",
            "assets(1)/spot",
            {"@odata.type": "#Technical.kerb", "street": "Elm"},
            {"@odata.type": "#Technical.kerb", "city": None, "street": "Elm"},
        ),
        ("PUT", "assets(1)/spot", {"city": "Ystad"}, {"city": "Ystad"}),
        (
            "PATCH",
            "assets(1)/spot/Technical.garage",
            {"box": 8},
            {"@odata.type": "#Technical.garage", "city": "Lund", "box": 8},
        ),
        (
            "PUT",
            "assets(1)/spot/Technical.garage/box",
            {"value": 8},
            {"@odata.type": "#Technical.garage", "city": "Lund", "box": 8},
        ),
    ],
)
def test_a_complex_value_changes_with_its_type(technical, method, path, body, after):
    assert technical.send(method, path, body, **ANY).status in (200, 204)

    assert shown(technical, "assets(1)/spot") == after


def test_a_member_that_the_type_of_a_complex_value_has_not_is_refused(technical):
    assert refused(technical, "PATCH", "assets(2)", {"spot": {"box": 8}})[1] == "spot/box"


def test_an_unknown_type_of_a_complex_value_is_refused(technical):
    body = {"spot": {"@odata.type": "#Technical.employee"}}

    assert refused(technical, "PATCH", "assets(2)", body) == (
        "The type 'Technical.employee' is neither 'Technical.spot' nor derived from it.",
        "spot",
    )
