from __future__ import annotations

import re

import pytest

from app.documentation import write_page
from tests.openapi_rules import check_large

OPENAPI = {
    "info": {"title": "<T>"},
    "servers": [{"url": "/"}],
    "tags": [{"name": "things"}],
    "paths": {"/things": {"get": {"tags": ["things"], "summary": "List & more", "responses": {}}}},
    "components": {"schemas": {"thing": {"properties": {"a<b": {"type": ["string", "null"]}}}}},
}


def test_names_are_escaped():
    page = write_page(OPENAPI)

    assert "<title>&lt;T&gt;</title>" in page
    assert "List &amp; more" in page
    assert "a&lt;b" in page
    assert "string or null" in page


def test_the_page_needs_no_other_server_and_no_script(client_of_service):
    page = client_of_service.get("/docs")

    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert "<script" not in page.text
    assert re.findall(r'(?:src|href)="([^"]*)"', page.text) == ["openapi.json"]
    assert "/companies({id})/customers" in page.text


def test_the_description_is_openapi(client_of_service):
    answer = client_of_service.get("/openapi.json")

    assert answer.json["openapi"] == "3.1.0"
    check_large(answer.json)
    assert "/companies({id})/customers" in answer.json["paths"]


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
def test_a_known_description_is_not_sent_again(client_of_service, path):
    tag = client_of_service.get(path).headers["ETag"]

    answer = client_of_service.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.fixture
def client_of_service(start_service, tmp_path):
    service = start_service(f"sqlite:///{tmp_path / 'empty.db'}")
    del service.environ_base["HTTP_AUTHORIZATION"]
    return service


def test_a_list_of_what_there_is_to_read_leads_to_it(client_of_service):
    listed = client_of_service.get("/llms.txt")
    links = re.findall(r"\]\(([^)]*)\)", listed.text)

    assert listed.content_type == "text/plain; charset=utf-8"
    assert {"/docs", "/field-service/docs", "/billing/openapi.json"} <= set(links)
    assert {client_of_service.get(link).status_code for link in links} == {200}
