"""One server for all documents; each test finds the demo data as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.docs import server as servers
from tests.docs.server import Server


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lasts as long as the session."""
    running = servers.start(tmp_path_factory.mktemp("documents"))
    yield running
    servers.stop(running)


@pytest.fixture
def server(running_server: Server) -> Server:
    """The server over untouched demo data."""
    running_server.reset()
    return running_server
