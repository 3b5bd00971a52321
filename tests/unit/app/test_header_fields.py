"""The header fields of a request, by the names that the engine knows."""

from __future__ import annotations

from app.http import read_headers


def test_fields_have_lower_case_names_and_other_variables_are_none():
    environ = {
        "REQUEST_METHOD": "PATCH",
        "HTTP_IF_MATCH": "*",
        "HTTP_X_API_KEY": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": "",
        "wsgi.multithread": True,
    }

    headers = read_headers(environ)

    assert headers == {"if-match": "*", "x-api-key": "", "content-type": "application/json"}


def test_every_field_is_read_however_many_names_clients_choose():
    environ = {f"HTTP_X_{number}": str(number) for number in range(2000)}

    headers = read_headers(environ)

    assert headers == {f"x-{number}": str(number) for number in range(2000)}
