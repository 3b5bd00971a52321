"""What the clients of the C# and M examples send, replayed against a started server."""

from __future__ import annotations

import pytest

from tests.docs.document import (
    Block,
    Exchange,
    blocks_of,
    check_answer,
    is_answer,
    is_request,
    requests_of,
)
from tests.docs.server import Server

pytestmark = pytest.mark.slow


def _replay(block: Block, following: Block | None, server: Server) -> None:
    """Send the requests of a block; only the last may be answered as the next block shows."""
    shown = following if following is not None and is_answer(following) else None
    answers = [server.send(message) for message in requests_of(block)]
    refusals = [found for found in answers if found.status >= 400]
    expected = shown is not None and shown.text.startswith("HTTP/1.1 4")
    assert len(refusals) == int(expected), (block.line, refusals)
    if shown is not None:
        check_answer(shown, answers[-1])


@pytest.mark.parametrize("name", ["csharp", "excel", "power-query"])
def test_what_clients_send_is_answered_as_the_document_shows(name, server):
    blocks = blocks_of(f"docs/integrators/{name}.md")
    requests = [index for index, block in enumerate(blocks) if is_request(block)]
    assert requests

    for index in requests:
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        _replay(blocks[index], following, server)


def test_metadata_for_power_query_is_xml(server):
    blocks = blocks_of("docs/integrators/power-query.md")
    message = next(
        found
        for block in blocks
        if is_request(block)
        for found in requests_of(block)
        if "$metadata" in found.start
    )

    found = server.send(message)

    assert isinstance(found, Exchange)
    assert found.body.startswith("<?xml")
