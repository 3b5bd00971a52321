"""The envelope of errors."""

import json

import pytest

from odata.errors import (
    BadRequestError,
    EntityChangedError,
    ErrorDetail,
    NotFoundError,
    PayloadError,
)
from odata.protocol.error_body import error_document, error_response_body

ID = "0a1b2c3d-0000-4000-8000-000000000001"
CORRELATION = "  CorrelationId:  0a1b2c3d-0000-4000-8000-000000000001."


@pytest.mark.parametrize(
    ("error", "content"),
    [
        (
            NotFoundError("Resource not found for the segment 'customers'."),
            {
                "code": "BadRequest_ResourceNotFound",
                "message": "Resource not found for the segment 'customers'." + CORRELATION,
            },
        ),
        (
            BadRequestError("no such option", target="$filter"),
            {
                "code": "BadRequest",
                "message": "no such option" + CORRELATION,
                "target": "$filter",
            },
        ),
        (
            PayloadError(
                "first",
                code="X",
                target="a",
                details=(ErrorDetail("X", "first", "a"), ErrorDetail("Y", "Zürich 🙂")),
            ),
            {
                "code": "X",
                "message": "first" + CORRELATION,
                "target": "a",
                "details": [
                    {"code": "X", "message": "first", "target": "a"},
                    {"code": "Y", "message": "Zürich 🙂"},
                ],
            },
        ),
        (
            EntityChangedError(current_tag="abc"),
            {
                "code": "Request_EntityChanged",
                "message": "Another user has already changed the record." + CORRELATION,
                "innererror": {"currentTag": 'W/"abc"'},
            },
        ),
    ],
)
def test_the_envelope_is_that_of_business_central(error, content):
    assert json.loads(error_response_body(error, ID)) == {"error": content}


def test_code_and_message_come_first_and_text_stays_readable():
    body = error_response_body(BadRequestError("größer", target="x"), "")
    assert body.decode() == '{"error":{"code":"BadRequest","message":"größer","target":"x"}}'


def test_unpaired_surrogates_do_not_break_the_answer():
    body = error_response_body(BadRequestError("bad \ud800"), ID)
    assert json.loads(body)["error"]["message"].startswith("bad ?")


def test_without_a_request_id_the_message_stands_alone():
    assert error_document(BadRequestError("wrong"), "") == {
        "error": {"code": "BadRequest", "message": "wrong"}
    }
