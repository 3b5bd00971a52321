"""Every bound of what a request may cost is a setting, and is told in a sentence (Q1 to Q11,
B1, L1)."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from app.config import Quotas, Settings
from app.factory import create_app
from app.limits import Limits
from models.availability import discard_connection
from models.demo.identifiers import CRONUS
from odata.query.limits import QueryLimits
from odata.uri.limits import ParserLimits
from tests.integration.pictures import PNG
from tests.integration.service import CUSTOMERS, Service, customer

JSON = {"Content-Type": "application/json"}
CHANGE = {**JSON, "If-Match": "*"}
TEXT = {"Content-Type": "text/plain"}
PICTURE = {"Content-Type": "image/png", "If-Match": "*"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ADATUM = customer("10000")
DEEP = json.dumps({"customFields": {"a": {"b": {"c": 1}}}})
BATCH = json.dumps({"requests": [{"id": "1", "method": "GET", "body": [[[[[[[[[1]]]]]]]]]}]})
GROUPS = "$apply=groupby((city),aggregate($count as n))/groupby((n))/groupby((n))/groupby((n))"
READS = "$apply=concat(identity,identity,identity,aggregate($count as n))"
QUERY = f"$top=1&company={CRONUS}"
MATCHES = "$filter=matchesPattern(city,'{}')"


def _bounded(url: str) -> Flask:
    """The service with bounds so low that each can be passed alone."""
    return create_app(
        Settings(
            database_url=url,
            limits=Limits(
                json_depth=3, query_body=300, token_body=100, picture_pixels=1, header_fields=10
            ),
            quotas=Quotas(changed_entities=1, operation_entities=1),
            query_limits=QueryLimits(
                max_apply_steps=3,
                max_apply_reads=3,
                max_joined_sets=2,
                max_pattern_length=8,
                max_pattern_depth=1,
                max_pattern_repeats=5,
                text=ParserLimits(max_depth=6),
            ),
        )
    )


@pytest.fixture
def bounded(find_lasting) -> Service:
    """The service with low bounds; nothing is changed in it."""
    yield Service(find_lasting("bounds", start=_bounded).client())
    discard_connection()


def _refusal(answer) -> tuple[int, str]:
    message = json.loads(answer.data)["error"]["message"]
    return answer.status_code, message.partition("  CorrelationId:")[0]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"$filter={'(' * 7}taxLiable{')' * 7}", "$filter is nested deeper than 6 levels"),
        (GROUPS, "$apply groups, ranks and concatenates at most 3 times in a row"),
        (READS, "concat and rollup read the entities at most 3 times"),
        (MATCHES.format("a" * 9), "a pattern has at most 8 characters"),
        (
            MATCHES.format("((a))"),
            "the pattern is no regular expression: groups are nested at most 1 deep",
        ),
        (
            MATCHES.format("a{6}"),
            "the pattern is no regular expression: something is repeated at most 5 times",
        ),
    ],
)
def test_q1_q3_q10_what_a_query_may_cost_is_set(bounded: Service, query, sentence):
    assert _refusal(bounded.ask(CUSTOMERS, query)) == (400, sentence)


def test_q9_how_many_sets_are_joined_is_set(bounded: Service):
    allowed = bounded.ask("$crossjoin(customers,items)", QUERY)
    refused = bounded.ask("$crossjoin(customers,items,vendors)", QUERY)

    assert allowed.status_code == 200
    assert _refusal(refused) == (400, "a cross join names at most 2 sets")


@pytest.mark.parametrize(
    ("method", "target", "body", "headers", "refusal"),
    [
        (
            "PATCH",
            ADATUM,
            DEEP,
            CHANGE,
            (400, "Invalid Request Body: more than 3 levels of nesting at character 29"),
        ),
        (
            *("POST", "$batch", BATCH, JSON),
            (400, "Invalid Request Body: more than 11 levels of nesting at character 59"),
        ),
        (
            *("POST", f"{CUSTOMERS}/$query", "$filter=" + "x" * 300, TEXT),
            (413, "a query in the body has at most 300 characters"),
        ),
        (
            *("PATCH", f"{CUSTOMERS}/$each", "{}", CHANGE),
            (400, "The request would change more than 1 entities; filter them."),
        ),
        (
            *("PATCH", f"{ADATUM}/picture/pictureContent", PNG, PICTURE),
            (400, "A picture may have 1 pixels; this one has 5 x 4."),
        ),
    ],
)
def test_b1_l1_x1_what_a_body_may_cost_is_set(
    bounded: Service, method, target, body, headers, refusal
):
    answer = bounded.send(method, target, headers, data=body)

    status, message = _refusal(answer)
    assert (status, message) == refusal


def test_b1_the_plain_dialects_have_the_same_bound(bounded: Service):
    answer = bounded.send(
        "POST", "/api/v1/customers", JSON | {"company": CRONUS}, data='{"a":{"b":{"c":{}}}}'
    )

    assert answer.status_code == 400
    assert "more than 3 levels of nesting" in answer.text


def test_l1_how_long_a_request_for_a_token_is_is_set(bounded: Service):
    answer = bounded.send("POST", "/any/oauth2/v2.0/token", FORM, data="x=" + "y" * 100)

    assert answer.status_code == 413
    assert "the body is longer than 100 bytes" in answer.text


def test_q1_the_bounds_are_told_in_the_metadata(bounded: Service):
    told = bounded.ask("$metadata").text

    assert "6 brackets one inside the other" in told
    assert "$apply nests at most 3 times and reads a table at most 3 times" in told
    assert "a pattern has at most 8 characters" in told
