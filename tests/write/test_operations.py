"""Actions and functions declared in Python."""

import json
from decimal import Decimal

import pytest

from odata.edm.model import Parameter, ReturnType
from odata.edm.types import Facets, Primitive
from odata.errors import RuleError
from odata.protocol.engine import Engine
from odata.protocol.settings import EngineSettings
from odata.query.operation_call import EntityResult
from odata.sql.operations import declare_action, declare_function
from tests.write.technical_client import technical_client

NOT_NULL = Facets(nullable=False)


def promote(call):
    points = (call.entity["points"] or 0) + call.parameters["by"]
    call.changes.update("employee", call.key, {"points": points})


def hire(call):
    values = {"id": 20, "name": call.parameters["name"], "tags": call.parameters["tags"] or []}
    return EntityResult(call.changes.create("employee", values), is_new=True)


def fail(call):
    call.changes.update("employee", call.key, {"points": 0})
    raise RuleError("it cannot be done")


def cost(call):
    return (call.entity["salary"] or Decimal(0)) * call.parameters["months"]


@pytest.fixture
def operations(technical):
    source = technical.engine.source
    employee = source.model.entity_types["employee"]
    declare_action(
        source,
        "promote",
        promote,
        bound_to="employee",
        parameters=(Parameter("by", Primitive.INT32, facets=NOT_NULL),),
    )
    declare_action(source, "fail", fail, bound_to="employee")
    declare_action(
        source,
        "hire",
        hire,
        parameters=(
            Parameter("name", Primitive.STRING, facets=Facets(nullable=False, max_length=10)),
            Parameter("tags", Primitive.STRING, is_collection=True),
        ),
        returns=ReturnType(employee),
    )
    declare_function(
        source,
        "cost",
        cost,
        bound_to="employee",
        parameters=(Parameter("months", Primitive.INT32, facets=NOT_NULL),),
        returns=ReturnType(Primitive.DECIMAL),
    )
    declare_function(source, "version", lambda _: "1.0", returns=ReturnType(Primitive.STRING))
    declare_function(
        source, "nobody", lambda _: None, returns=ReturnType(Primitive.STRING, nullable=True)
    )
    declare_function(
        source,
        "sizes",
        lambda _: [1, 2],
        returns=ReturnType(Primitive.INT32, is_collection=True),
    )
    technical.engine = Engine(source, EngineSettings(secret=b"technical"))
    return technical


@pytest.mark.parametrize("name", ["Technical.promote", "technical.PROMOTE"])
def test_a_bound_action_changes_its_entity(operations, name):
    response = operations.send("POST", f"employees(2)/{name}", {"by": 3})

    assert (response.status, response.body) == (204, b"")
    assert operations.read("employees(2)")["points"] == 3


def test_a_simple_name_needs_a_default_namespace(operations):
    assert operations.send("POST", "employees(2)/promote", {"by": 3}).status == 404

    operations.engine.source.model.default_namespace = True
    again = Engine(operations.engine.source, EngineSettings(secret=b"technical"))
    operations.engine = again
    assert operations.send("POST", "employees(2)/promote", {"by": 3}).status == 204


@pytest.mark.parametrize(
    ("body", "targets"),
    [
        ({}, "by"),
        ({"by": None}, "by"),
        ({"by": "3"}, "by"),
        ({"by": 3, "more": 1}, "more"),
        ([], None),
    ],
)
def test_parameters_are_checked(operations, body, targets):
    response = operations.send("POST", "employees(2)/Technical.promote", body)

    assert response.status == 400
    assert json.loads(response.body)["error"].get("target") == targets
    assert operations.read("employees(2)")["points"] is None


def test_all_faults_of_parameters_are_told(operations):
    response = operations.send("POST", "hire", {"name": "x" * 11, "tags": [1], "more": 1})

    details = json.loads(response.body)["error"]["details"]
    assert [item["target"] for item in details] == ["name", "tags/0", "more"]


@pytest.mark.parametrize(("tag", "status"), [('W/"c3RhbGU="', 409), ('W/"Qg=="', 204)])
def test_a_condition_guards_the_bound_entity(operations, tag, status):
    response = operations.send("POST", "employees(2)/Technical.promote", {"by": 1}, If_Match=tag)

    assert response.status == status


def test_an_action_that_fails_leaves_nothing(operations):
    assert operations.send("POST", "employees(2)/Technical.fail").status == 400
    assert operations.read("employees(2)")["points"] is None


def test_an_action_shows_what_it_has_created(operations):
    response = operations.send("POST", "hire", {"name": "Flo", "tags": ["new"]})

    assert response.status == 201, response.body
    assert response.header("location") == "http://h/t/employees(20)"
    assert json.loads(response.body)["tags"] == ["new"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("employees(2)/Technical.cost(months=3)", 31.5),
        ("employees(2)/Technical.cost(months=@m)?@m=2", 21),
        ("version()", "1.0"),
        ("sizes()", [1, 2]),
    ],
)
def test_a_function_gives_its_value(operations, path, value):
    assert operations.read(path)["value"] == value


def test_a_function_that_finds_nothing_answers_without_content(operations):
    assert operations.send("GET", "nobody()").status == 204


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "employees(2)/Technical.promote", 405, "POST"),
        ("POST", "version()", 405, "GET, HEAD"),
        ("DELETE", "employees(2)/Technical.promote", 405, "POST"),
        ("POST", "employees(99)/Technical.promote", 404, None),
        ("POST", "employees/Technical.promote", 404, None),
        ("POST", "employees(2)/Other.promote", 404, None),
        ("GET", "employees(2)/Technical.cost(weeks=3)", 400, None),
        ("GET", "employees(2)/Technical.cost(months='x')", 400, None),
        ("POST", "employees(2)/Technical.promote/more", 404, None),
    ],
)
def test_what_cannot_be_called_is_refused(operations, method, path, status, allow):
    body = {"by": 1} if method == "POST" else None

    response = operations.send(method, path, body)

    assert (response.status, response.header("allow")) == (status, allow)


def test_operations_are_described(operations):
    document = operations.send("GET", "$metadata").body.decode()

    assert '<Action Name="promote" IsBound="true">' in document
    assert '<FunctionImport Name="version"' in document


def test_an_action_runs_in_a_batch(operations):
    body = {
        "requests": [
            {"id": "1", "method": "post", "url": "hire", "body": {"name": "Flo"}},
            {
                "id": "2",
                "method": "post",
                "url": "$1/Technical.promote",
                "dependsOn": ["1"],
                "body": {"by": 2},
            },
        ]
    }

    response = operations.send("POST", "$batch", body)

    statuses = [item["status"] for item in json.loads(response.body)["responses"]]
    assert statuses == [201, 204]
    assert operations.read("employees(20)")["points"] == 2


def test_an_action_on_too_many_entities_is_refused(technical_url):
    technical = technical_client(technical_url, operation_entities=2)
    answer = technical.send("POST", "trips/Technical.addSeats", {"seats": 1})

    assert answer.status == 400
    assert "more than 2 entities" in json.loads(answer.body)["error"]["message"]
    assert technical.send("POST", "trips/$filter(id eq 1)/Technical.addSeats", {"seats": 1})
    assert [row["seats"] for row in technical.read("trips?$select=seats")["value"]] == [5, 9, 0]
    technical.engine.source.database.close()


def test_options_shape_the_entity_that_an_action_gives(operations):
    shown = operations.send("POST", "hire?$select=name", {"name": "Flo"})
    refused = operations.send("POST", "employees(2)/Technical.promote?$select=name", {"by": 1})

    assert json.loads(shown.body)["@odata.context"].endswith("#employees(name)/$entity")
    assert "tags" not in json.loads(shown.body)
    assert refused.status == 400
    assert operations.read("employees(2)")["points"] is None


def test_an_action_that_cannot_be_shown_as_asked_is_not_done(operations):
    impossible = "$compute=1 div (id sub id) as x&$select=x"
    body = {"name": "Flo", "tags": ["a"]}

    assert operations.send("POST", f"hire?{impossible}", body).status == 400
    assert operations.send("GET", "employees(20)").status == 404
