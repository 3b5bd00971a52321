import json
import re

import jsonschema
import peewee
import pytest

from odata.csdl.openapi import ServiceInfo, write_openapi
from tests.openapi_rules import check_large, check_small
from tests.technical import build_technical
from tests.unit.csdl.models import shop_model, technical_model

INFO = ServiceInfo("Shop", "1.2", "https://shop.example/api/v2.0")
METHODS = ("get", "post", "patch", "delete")


def written(model, info=INFO):
    return write_openapi(model(), info)


def whole_model():
    return build_technical(peewee.SqliteDatabase(":memory:")).model


def operations(document):
    return [
        (path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_head_names_the_service():
    document = written(shop_model)

    assert document["openapi"] == "3.1.0"
    assert document["info"] == {"title": "Shop", "version": "1.2"}
    assert document["servers"] == [{"url": "https://shop.example/api/v2.0"}]
    assert document["tags"] == [
        {"name": "service"},
        {"name": "customers"},
        {"name": "paymentTerms"},
    ]
    assert "security" not in document


@pytest.mark.parametrize("model", [shop_model, technical_model, whole_model])
def test_a_document_is_valid_as_a_whole(model):
    check_small(written(model))


def test_a_large_document_is_checked_by_the_same_rules():
    document = written(shop_model)
    check_large(document)

    document["paths"]["/customers"]["get"]["responses"] = "none"
    with pytest.raises(AssertionError):
        check_large(document)


def test_security_is_what_the_host_says():
    scheme = {"type": "http", "scheme": "bearer"}
    info = ServiceInfo("Shop", "1.2", "/", security_schemes={"bearer": scheme})

    document = written(shop_model, info)

    assert document["components"]["securitySchemes"] == {"bearer": scheme}
    assert document["security"] == [{"bearer": []}]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (
            shop_model,
            {
                "/": ["get"],
                "/$metadata": ["get"],
                "/$batch": ["post"],
                "/customers": ["get", "post"],
                "/customers({id})": ["get", "patch", "delete"],
                "/customers({id})/paymentTerm": ["get"],
                "/paymentTerms": ["get", "post"],
                "/paymentTerms({id})": ["get", "patch"],
            },
        ),
        (
            technical_model,
            {
                "/": ["get"],
                "/$metadata": ["get"],
                "/$batch": ["post"],
                "/Things": ["get", "post"],
                "/Things/Test.Technical.total()": ["get"],
                "/Things/Test.Technical.total(colour='{colour}')": ["get"],
                "/Things/Test.Technical.near(size={size})": ["get"],
                "/Things({Id})": ["get", "patch", "delete"],
                "/Things({Id})/Stream": ["get", "patch", "delete"],
                "/Things({Id})/Test.Technical.paint": ["post"],
                "/Things({Id})/Parts": ["get"],
                "/Things({Id})/Parts(ThingId={ThingId},Number='{Number}')": ["get"],
                "/Files": ["get"],
                "/Files({Id})": ["get"],
                "/First": ["get", "patch"],
                "/First/Stream": ["get", "patch", "delete"],
                "/First/Test.Technical.paint": ["post"],
                "/First/Parts": ["get"],
                "/First/Parts(ThingId={ThingId},Number='{Number}')": ["get"],
                "/Now()": ["get"],
                "/Names(like='{like}')": ["get"],
                "/Reset": ["post"],
            },
        ),
    ],
)
def test_paths_follow_the_model(model, expected):
    paths = written(model)["paths"]

    assert {
        path: [method for method in METHODS if method in item] for path, item in paths.items()
    } == expected


def test_depth_bounds_the_paths():
    flat = ServiceInfo("Shop", "1.2", "/", depth=0)

    assert "/customers({id})/paymentTerm" not in written(shop_model, flat)["paths"]


@pytest.mark.parametrize("model", [technical_model, shop_model])
def test_every_reference_leads_somewhere(model):
    document = written(model)

    for pointer in set(references(document)):
        target = document
        for step in pointer.removeprefix("#/").split("/"):
            target = target[step]
        assert target


@pytest.mark.parametrize("model", [technical_model, shop_model])
def test_operation_ids_are_unique(model):
    ids = [operation["operationId"] for _, _, operation in operations(written(model))]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("model", [technical_model, shop_model])
def test_variables_of_a_path_are_declared(model):
    for path, item in written(model)["paths"].items():
        declared = [parameter["name"] for parameter in item.get("parameters", [])]
        assert re.findall(r"{(\w+)}", path) == declared


@pytest.mark.parametrize("model", [technical_model, shop_model])
def test_schemas_are_json_schemas(model):
    for schema in written(model)["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("model", [technical_model, shop_model])
def test_same_model_gives_the_same_description(model):
    assert json.dumps(written(model)) == json.dumps(written(model))


def test_options_of_a_collection_have_a_dollar():
    document = written(technical_model)
    shared = document["components"]["parameters"]
    listed = document["paths"]["/Files"]["get"]["parameters"]

    assert [shared[item["$ref"].rpartition("/")[2]]["name"] for item in listed] == [
        "$top",
        "$skip",
        "$count",
        "$filter",
        "$select",
        "Prefer",
    ]
    assert shared["Test.Technical.Part-orderby"] == {
        "name": "$orderby",
        "in": "query",
        "description": "The order of the entities",
        "schema": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "string",
                "enum": ["ThingId", "ThingId desc", "Number", "Number desc"],
            },
        },
        "explode": False,
    }


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_change_needs_the_entity_tag(method):
    document = written(shop_model)
    operation = document["paths"]["/customers({id})"][method]

    assert {"$ref": "#/components/parameters/If-Match"} in operation["parameters"]
    assert document["components"]["parameters"]["If-Match"]["required"] is True
    assert operation["responses"]["409"] == {"$ref": "#/components/responses/Conflict"}


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/customers", "get", ["200", "400", "401", "404", "default"]),
        ("/customers", "post", ["201", "204", "400", "401", "404", "409", "default"]),
        ("/customers({id})", "get", ["200", "400", "401", "404", "default"]),
        ("/customers({id})", "patch", ["200", "204", "400", "401", "404", "409", "default"]),
        ("/customers({id})", "delete", ["204", "400", "401", "404", "409", "default"]),
    ],
)
def test_answers_are_listed(path, method, statuses):
    assert list(written(shop_model)["paths"][path][method]["responses"]) == statuses


def test_new_entity_is_answered_with_tag_and_place():
    answer = written(shop_model)["paths"]["/customers"]["post"]["responses"]["201"]

    assert list(answer["headers"]) == ["ETag", "Location"]
    assert answer["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Microsoft.NAV.customer"
    }


def test_arguments_of_an_action_are_its_body():
    path = written(technical_model)["paths"]["/Things({Id})/Test.Technical.paint"]
    colour = {"$ref": "#/components/schemas/Test.Technical.Colour"}

    assert path["post"]["requestBody"]["content"]["application/json"]["schema"] == {
        "type": "object",
        "properties": {
            "colours": {"type": "array", "items": {"anyOf": [colour, {"type": "null"}]}}
        },
    }
