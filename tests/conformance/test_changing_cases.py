"""The cases that change something: each on a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.settings import EngineSettings
from tests.conformance.asking import Ask, ask_engine, encoded
from tests.conformance.case import Answer, Case, Sent, check, prepared, read_cases
from tests.technical import build_technical
from tests.write.technical_client import fill

pytestmark = pytest.mark.conformance

_CASES = [case for case in read_cases() if case.changes]


def _chosen(service: str) -> list[object]:
    return [
        pytest.param(case, id=f"{case.identity} {case.name}")
        for case in _CASES
        if case.service == service
    ]


@pytest.mark.parametrize("case", _chosen("business-central"))
def test_a_change_is_answered_as_the_standard_says(case: Case, client: FlaskClient) -> None:
    def ask(sent: Case | Sent) -> Answer:
        answer = client.open(
            encoded(sent.target),
            method=sent.method,
            headers=dict(sent.headers),
            data=sent.sends.encode(),
        )
        return Answer(answer.status_code, answer.headers, answer.data)

    case = prepared(case, ask)
    check(case, ask(case))


@pytest.fixture
def technical(database_from: Callable[..., str]) -> Iterator[Ask]:
    """The technical service with a log of changes."""
    database = open_database(database_from("technical-write", fill))
    source = build_technical(database)
    source.has_change_log = True
    yield ask_engine(Engine(source, EngineSettings(secret=b"technical")))
    database.close()


@pytest.mark.parametrize("case", _chosen("technical"))
def test_a_change_of_the_technical_service(case: Case, technical: Ask) -> None:
    case = prepared(case, technical)
    check(case, technical(case))
