"""The cases that change something: each on a database of its own."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.conformance.case import Answer, Case, check, read_cases

pytestmark = pytest.mark.conformance

_CASES = [
    pytest.param(case, id=f"{case.identity} {case.name}")
    for case in read_cases()
    if case.changes and case.service == "business-central"
]


@pytest.mark.parametrize("case", _CASES)
def test_a_change_is_answered_as_the_standard_says(case: Case, client: FlaskClient) -> None:
    answer = client.open(
        quote(case.target, safe="%/?&=$@!'()*,:;+~"),
        method=case.method,
        headers=dict(case.headers),
        data=case.sends.encode(),
    )

    check(case, Answer(answer.status_code, answer.headers, answer.data))
