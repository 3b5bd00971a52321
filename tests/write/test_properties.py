"""PUT, PATCH, POST and DELETE of single properties, complex and raw values."""

import json

import pytest

ANY = {"If_Match": "*"}


@pytest.mark.parametrize(
    ("method", "path", "body", "name", "expected"),
    [
        ("PUT", "nickname", {"value": "Al"}, "nickname", "Al"),
        ("PATCH", "nickname", {"value": "Al"}, "nickname", "Al"),
        ("PUT", "nickname", {"@odata.context": "x", "value": None}, "nickname", None),
        ("DELETE", "nickname", None, "nickname", None),
        ("PUT", "points", {"value": 7}, "points", 7),
        ("PUT", "level", {"value": "Junior"}, "level", "Junior"),
        ("PUT", "tags", {"value": ["a", "b"]}, "tags", ["a", "b"]),
        ("POST", "tags", {"value": "new"}, "tags", ["vip", "öl", 'v"2', "new"]),
        ("DELETE", "tags", None, "tags", []),
        ("PUT", "tags/0", {"value": "new"}, "tags", ["new", "öl", 'v"2']),
        ("PUT", "tags/-1", {"value": "new"}, "tags", ["vip", "öl", "new"]),
        ("DELETE", "tags/1", None, "tags", ["vip", 'v"2']),
        ("POST", "tags?$index=0", {"value": "new"}, "tags", ["new", "vip", "öl", 'v"2']),
        ("POST", "tags?$index=2", {"value": "new"}, "tags", ["vip", "öl", "new", 'v"2']),
        ("POST", "tags?$index=3", {"value": "new"}, "tags", ["vip", "öl", 'v"2', "new"]),
        ("POST", "tags?$index=-1", {"value": "new"}, "tags", ["vip", "öl", 'v"2', "new"]),
        ("POST", "tags?$index=-2", {"value": "new"}, "tags", ["vip", "öl", "new", 'v"2']),
        ("PUT", "home/city", {"value": "Oslo"}, "home", None),
        ("PATCH", "home", {"city": "Oslo"}, "home", None),
    ],
)
def test_a_property_is_changed(technical, method, path, body, name, expected):
    response = technical.send(method, f"employees(1)/{path}", body, **ANY)

    assert (response.status, response.body) == (204, b"")
    found = technical.read("employees(1)")
    if name == "home":
        expected = {"street": "Storgatan 1", "city": "Oslo", "position": {"x": 1, "y": -2}}
    assert found[name] == expected
    assert found["name"] == "Ada"


def test_put_of_a_complex_value_replaces_it(technical):
    assert technical.send("PUT", "employees(1)/home", {"city": "Oslo"}, **ANY).status == 204

    assert technical.read("employees(1)")["home"] == {
        "street": None,
        "city": "Oslo",
        "position": {"x": None, "y": None},
    }


def test_patch_of_a_nested_complex_value_keeps_the_rest(technical):
    assert technical.send("PATCH", "employees(1)/home/position", {"x": 9}, **ANY).status == 204

    assert technical.read("employees(1)")["home"]["position"] == {"x": 9, "y": -2}


@pytest.mark.parametrize(
    ("path", "text", "name", "expected"),
    [
        ("nickname", "Ål", "nickname", "Ål"),
        ("points", "12", "points", 12),
        ("salary", "1.5", "salary", 1.5),
        ("isActive", "false", "isActive", False),
        ("hired", "2021-03-04", "hired", "2021-03-04"),
        ("level", "Senior", "level", "Senior"),
        ("tags/1", "new", "tags", ["vip", "new", 'v"2']),
    ],
)
def test_a_raw_value_is_changed(technical, path, text, name, expected):
    response = technical.send(
        "PUT", f"employees(1)/{path}/$value", text.encode(), content_type="text/plain", **ANY
    )

    assert (response.status, response.body) == (204, b"")
    assert technical.read("employees(1)")[name] == expected


def test_the_new_value_is_shown_where_the_client_wants_it(technical):
    response = technical.send(
        "PUT", "employees(1)/name", {"value": "Eva"}, Prefer="return=representation", **ANY
    )

    assert response.status == 200
    assert json.loads(response.body) == {
        "@odata.context": "http://h/t/$metadata#employees(1)/name",
        "value": "Eva",
    }
    assert response.header("preference-applied") == "return=representation"


def test_a_new_item_is_shown_among_the_others(technical):
    headers = {"Prefer": "return=representation", **ANY}

    response = technical.send("POST", "employees(1)/tags?$index=0", {"value": "new"}, **headers)

    assert json.loads(response.body)["value"] == ["new", "vip", "öl", 'v"2']


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "employees(1)/points", {"value": "seven"}, 400),
        ("PUT", "employees(1)/points", {}, 400),
        ("PUT", "employees(1)/points", {"value": 1, "other": 2}, 400),
        ("PUT", "employees(1)/name", {"value": None}, 400),
        ("DELETE", "employees(1)/name", None, 400),
        ("PUT", "employees(1)/name", {"value": "x" * 51}, 400),
        ("PUT", "employees(99)/name", {"value": "x"}, 404),
        ("PUT", "employees(1)/nothing", {"value": "x"}, 404),
        ("PUT", "employees(1)/id", {"value": 2}, 405),
        ("PATCH", "employees(1)/tags", {"value": []}, 405),
        ("PUT", "employees(1)/tags/3", {"value": "x"}, 404),
        ("DELETE", "employees(1)/tags/-4", None, 404),
        ("PUT", "employees(1)/tags/0", {"value": 5}, 400),
        ("PUT", "employees(1)/tags/0", {"value": None}, 400),
        ("PATCH", "employees(1)/tags/0", {"value": "x"}, 405),
        ("POST", "employees(1)/tags/0", {"value": "x"}, 405),
        ("DELETE", "employees(1)/tags/0/$value", None, 405),
        ("POST", "employees(1)/tags?$index=4", {"value": "x"}, 400),
        ("POST", "employees(1)/tags?$index=x", {"value": "x"}, 400),
        ("PUT", "employees(1)/name?$select=name", {"value": "x"}, 400),
        ("POST", "employees?$index=0", {"id": 9, "name": "Flo"}, 400),
        ("POST", "employees(1)/name", {"value": "x"}, 405),
        ("PATCH", "employees(1)/name/$value", None, 405),
    ],
)
def test_what_cannot_be_changed_is_refused(technical, method, path, body, status):
    before = technical.read("employees")

    assert technical.send(method, path, body, **ANY).status == status

    assert technical.read("employees") == before


@pytest.mark.parametrize(("tag", "status"), [(None, 400), ('W/"c3RhbGU="', 409), ('W/"QQ=="', 204)])
def test_the_tag_of_the_entity_is_the_condition(technical, tag, status):
    headers = {} if tag is None else {"If_Match": tag}

    response = technical.send("PUT", "employees(1)/name", {"value": "Eva"}, **headers)

    assert response.status == status


def test_a_collection_that_a_new_entity_leaves_out_is_empty(technical):
    created = technical.send("POST", "employees", {"id": 9, "name": "Flo"})

    assert json.loads(created.body)["tags"] == []
    assert technical.read("employees(9)/tags")["value"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "targets"),
    [
        ("POST", "stops", {"fare": 1}, ["stops/2/name"]),
        ("PUT", "stops/0", {"fare": 1, "place": {"zip": 1}}, ["stops/0/place/zip"]),
        ("PUT", "stops/1", {"fare": 1}, ["stops/1/name"]),
        ("PATCH", "stops/0", {"name": None, "via": "Air"}, ["stops/0/name", "stops/0/via"]),
        (
            "PATCH",
            "",
            {"stops": [{"name": "A"}, {}, {"fare": 1}]},
            ["stops/1/name", "stops/2/name"],
        ),
    ],
)
def test_all_faults_of_complex_items_are_told(technical, method, path, body, targets):
    before = technical.read("trips(1)")
    answer = technical.send(method, f"trips(1)/{path}".rstrip("/"), body, **ANY)

    error = json.loads(answer.body)["error"]
    assert answer.status == 400
    assert [item["target"] for item in error.get("details", [error])] == targets
    assert technical.read("trips(1)") == before


@pytest.mark.parametrize(
    ("tag", "status"), [(None, 400), ('W/"b2xk"', 409), ('W/"VDE="', 204), ("*", 204)]
)
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_condition_guards_a_complex_item(technical, method, tag, status):
    headers = {} if tag is None else {"If_Match": tag}
    body = None if method == "DELETE" else {"name": "New"}

    assert technical.send(method, "trips(1)/stops/0", body, **headers).status == status
