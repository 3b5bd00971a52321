"""The ``bash`` examples of the documents, executed against a started server."""

from __future__ import annotations

import shutil

import pytest

from tests.docs.shell import check_document, run_document

DOCUMENTS = [
    "README.md",
    "docs/changing-data.md",
    "docs/integrators/curl.md",
    "docs/integrators/field-service.md",
    "docs/integrators/billing.md",
    "docs/integrators/order-management.md",
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here"),
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_gives_what_the_document_shows(name, server, tmp_path):
    check_document(name, run_document(name, server, tmp_path))


def test_the_first_requests_of_readme_do_what_it_says(server, tmp_path):
    answered = run_document("README.md", server, tmp_path)

    statuses = [[found.status for found in example.exchanges] for example in answered]
    assert statuses == [[], [200], [200], [200, 200], [409], [400], [201, 204]]
