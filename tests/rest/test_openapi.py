"""The descriptions of the dialects: valid, complete, and nothing that they allow fails."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.schemas import OpenApiSchema

from app.rest.blueprint import DIALECTS
from tests.openapi_rules import check_small
from tests.rest.client import TOKEN, Rest

NAMES = [dialect.name for dialect in DIALECTS]
_DIGITS = re.compile(r"[0-9]+")
_PER_OPERATION = 6


@pytest.mark.parametrize("dialect", DIALECTS, ids=NAMES)
def test_every_route_is_described(reading: Rest, dialect: Any):
    document = reading.get(f"/{dialect.name}/openapi.json")

    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    assert described == {(route.method, route.template) for route in dialect.routes}
    assert [server["url"] or "" for server in document["servers"]] == [
        root or "/" for root in dialect.roots
    ]
    ids = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_a_description_is_valid_as_a_whole(reading: Rest, name: str):
    check_small(reading.get(f"/{name}/openapi.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_the_description_without_scripts(reading: Rest, name: str):
    page = reading.ask("GET", f"/{name}/docs", token="")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", NAMES)
def test_answers_fit_their_description(reading: Rest, name: str):
    document = reading.get(f"/{name}/openapi.json")
    root = document["servers"][0]["url"].rstrip("/")
    path = next(iter(document["paths"]))
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    schema = {
        **content["application/json"]["schema"],
        "components": document["components"],
    }

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(reading.get(f"{root}{path}"))


def test_choices_are_described(reading: Rest):
    document = reading.get("/field-service/openapi.json")
    parameters = {
        item["name"]: item for item in document["paths"]["/customers"]["get"]["parameters"]
    }

    assert parameters["status"]["schema"] == {"type": "string", "enum": ["active", "inactive"]}
    assert parameters["branch_id"]["schema"] == {"type": "string"}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_a_description_allows_fails(rest: Rest, name: str):
    """What the descriptions lead to is answered, never with a failure of the server."""
    document = rest.get(f"/{name}/openapi.json")
    schema: OpenApiSchema = schemathesis.openapi.from_dict(document)
    root = document["servers"][0]["url"].rstrip("/")

    statuses: set[int] = set()
    for operation in schema.get_all_operations():

        @settings(
            max_examples=_PER_OPERATION,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.ok().as_strategy())
        def holds(case: Any) -> None:
            answer = _asked(rest, root, case)
            statuses.add(answer.status_code)
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
            if answer.status_code >= 400 and case.method != "HEAD":
                assert "error" in json.loads(answer.data)

        holds()
    assert {200, 404, 422} <= statuses


def _asked(rest: Rest, root: str, case: Any) -> Any:
    """The answer to a case, in a company that there is and about a customer that there is."""
    case.path_parameters = {
        name: _DIGITS.sub("1", str(value)) for name, value in (case.path_parameters or {}).items()
    }
    arguments = case.as_transport_kwargs(base_url="http://localhost")
    path = f"{root}{arguments['url'].removeprefix('http://localhost')}"
    own = {"Authorization": f"Bearer {TOKEN}", "company": rest.company}
    headers = {**dict(arguments.get("headers") or {}), **own}
    return rest.flask.open(
        path,
        method=case.method,
        query_string=_flat(arguments.get("params") or {}),
        headers=headers,
        json=arguments.get("json"),
    )


def _flat(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}
